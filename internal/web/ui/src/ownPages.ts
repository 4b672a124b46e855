/** The addresses that are pages of the dashboard, as Dashboard in internal/web/web.go answers them. */
export const OWN_PAGES = /^\/(n\/|c\/|o\/|(signin|accounts?|audit)?$)/;
