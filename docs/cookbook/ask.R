# Asks a reliefgraph server the questions of the cookbook.
library(curl)
library(jsonlite)

server <- Sys.getenv("RELIEFGRAPH_URL", "http://127.0.0.1:8080")
token <- Sys.getenv("RELIEFGRAPH_TOKEN") # of an account, where what is not public is asked

# The data of a recipe, as "01-Standing", lists of it as data frames; further
# arguments replace the defaults of its variables.
ask <- function(recipe, ...) {
  body <- list(query = paste(readLines(paste0(recipe, ".graphql"), encoding = "UTF-8"), collapse = "\n"))
  if (...length() > 0) body$variables <- list(...)
  request <- new_handle(postfields = toJSON(body, auto_unbox = TRUE))
  headers <- c("Content-Type" = "application/json")
  if (token != "") headers <- c(headers, Authorization = paste("Bearer", token))
  handle_setheaders(request, .list = headers)
  response <- curl_fetch_memory(paste0(server, "/graphql"), request)
  text <- rawToChar(response$content)
  Encoding(text) <- "UTF-8"
  answer <- fromJSON(text, flatten = TRUE)
  if (!is.null(answer$errors)) {
    stop(paste0(answer$errors$extensions.code, ": ", answer$errors$message, collapse = "; "))
  }
  answer$data
}

# Prints a data frame with tabs between, ready for a spreadsheet.
print_rows <- function(rows) {
  write.table(rows, sep = "\t", na = "", quote = FALSE, row.names = FALSE, col.names = FALSE)
}

percent <- function(rate) ifelse(is.na(rate), NA, sprintf("%.1f%%", 100 * rate))
