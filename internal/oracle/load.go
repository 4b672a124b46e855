package oracle

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Load reads an import folder of plain CSV files with dates as YYYY-MM-DD, as WriteFolder writes it. It checks nothing
// and takes no other form of the files: the importer is what is tested with those. An area's row that stands there twice
// is read once.
func Load(dir string) (*World, error) {
	w := &World{}
	err := errors.Join(w.loadPlaces(dir), w.loadCatalogs(dir), w.loadPublications(dir), w.loadSupervision(dir),
		w.loadRelief(dir), w.loadOrders(dir), w.loadArrangements(dir))
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (w *World) loadPlaces(dir string) error {
	seen := map[Area]bool{}
	return errors.Join(
		eachRow(dir, "areas.csv", func(row map[string]string) error {
			area := Area{row["code"], row["name"], row["level"], row["parent_code"], row["valid_from"], row["valid_to"]}
			if !seen[area] {
				w.Areas = append(w.Areas, area)
			}
			seen[area] = true
			return nil
		}),
		eachRow(dir, "departments.csv", func(row map[string]string) error {
			w.Departments = append(w.Departments, Department{
				row["code"], row["name"], row["parent_code"],
				list(row["functions"]),
			})
			return nil
		}),
		eachRow(dir, "assignments.csv", func(row map[string]string) error {
			w.Assignments = append(w.Assignments, Assignment{
				row["publisher_code"], row["entry_code"], row["action"],
				row["from"], row["to"], row["reason"],
			})
			return nil
		}))
}

func (w *World) loadCatalogs(dir string) error {
	return eachRow(dir, "catalogs.csv", func(row map[string]string) error {
		grace, graceErr := number(row["grace_working_days"])
		interpretation, interpretationErr := number(row["interpretation_working_days"])
		catalog := Catalog{
			Code: row["catalog_code"], Title: row["title"], Issuer: row["issuer_code"],
			BasedOn: row["based_on"], EffectiveFrom: row["effective_from"], EffectiveTo: row["effective_to"],
			GraceWorkingDays: grace, InterpretationWorkingDays: interpretation,
		}
		entriesErr := eachRow(dir, row["entries_file"], func(row map[string]string) error {
			entry, err := readEntry(row)
			catalog.Entries = append(catalog.Entries, entry)
			return err
		})
		w.Catalogs = append(w.Catalogs, catalog)
		return errors.Join(graceErr, interpretationErr, entriesErr)
	})
}

func readEntry(row map[string]string) (Entry, error) {
	periodLimit, periodErr := number(row["period_limit_n"])
	refresh, refreshErr := number(row["refresh_days"])
	limit, limitErr := number(row["limit_n"])
	entry := Entry{
		Code: row["entry_code"], Category: row["category"], Item: row["item"], SubItem: row["sub_item"],
		Levels: list(row["levels"]), Publishers: list(row["publishers"]), LimitKind: row["limit_kind"],
		LimitAnchor: row["limit_anchor"], Period: row["period"], PeriodLimitN: periodLimit, RefreshDays: refresh,
		Omit: truth(row["omit"]),
	}
	if row["limit_n"] != "" {
		entry.LimitN = &limit
	}
	return entry, errors.Join(periodErr, refreshErr, limitErr)
}

func (w *World) loadPublications(dir string) error {
	return errors.Join(
		eachRow(dir, "disclosures.csv", func(row map[string]string) error {
			w.Disclosures = append(w.Disclosures, Disclosure{
				Ref: row["ref"], Publisher: row["publisher_code"],
				Entry: row["entry_code"], Title: row["title"], Attribute: row["attribute"], FormedOn: row["formed_on"],
				IssuedOn: row["issued_on"], PublishedOn: row["published_on"], WithdrawnOn: row["withdrawn_on"],
				Period: row["period"], Nil: truth(row["nil"]),
				RequiresInterpretation: truth(row["requires_interpretation"]), InterpretsRef: row["interprets_ref"],
			})
			return nil
		}),
		eachRow(dir, "news.csv", func(row map[string]string) error {
			w.News = append(w.News, News{
				row["ref"], row["publisher_code"], row["entry_code"], row["title"],
				row["published_at"],
			})
			return nil
		}))
}

func (w *World) loadArrangements(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "calendar", "*.json"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var arrangement Arrangement
		if err := json.Unmarshal(text, &arrangement); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		w.Arrangements = append(w.Arrangements, arrangement)
	}
	return nil
}

// eachRow reads a CSV file by its header; a file that is absent has no rows.
func eachRow(dir, name string, take func(row map[string]string) error) error {
	file, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for line, record := range records {
		if line == 0 {
			continue
		}
		row := map[string]string{}
		for column, header := range records[0] {
			row[header] = record[column]
		}
		if err := take(row); err != nil {
			return fmt.Errorf("%s, row %d: %w", name, line, err)
		}
	}
	return nil
}

func number(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ";")
}

func truth(text string) bool { return text == "1" || text == "true" }

func (w *World) loadSupervision(dir string) error {
	return errors.Join(
		eachRow(dir, "concerns.csv", func(row map[string]string) error {
			w.Concerns = append(w.Concerns, Concern{
				row["ref"], row["publisher_code"], row["title"], row["severity"], row["detected_at"],
				row["responded_at"], row["response_ref"], row["escalated_to"],
			})
			return nil
		}),
		eachRow(dir, "reviews.csv", func(row map[string]string) error {
			w.Reviews = append(w.Reviews, Review{row["disclosure_ref"], row["reviewed_on"], row["result"]})
			return nil
		}))
}

func (w *World) loadRelief(dir string) error {
	return errors.Join(
		eachRow(dir, "relief.csv", func(row map[string]string) error {
			w.Movements = append(w.Movements, Movement{
				row["ref"], row["kind"], row["from_code"], row["to_code"], row["relief_class"], row["event_ref"],
				row["funds_yuan"], row["goods_item"], row["goods_quantity"], row["goods_unit"], row["households"],
				row["persons"], row["occurred_on"], row["document_number"], row["disclosure_ref"],
			})
			return nil
		}),
		eachRow(dir, "events.csv", func(row map[string]string) error {
			w.Events = append(w.Events, Event{
				row["ref"], row["name"], row["kind"], row["started_on"], row["ended_on"], list(row["area_codes"]),
			})
			return nil
		}))
}

func (w *World) loadOrders(dir string) error {
	return errors.Join(
		eachRow(dir, "orders.csv", func(row map[string]string) error {
			workingDays, err := number(row["working_days"])
			w.Orders = append(w.Orders, Order{
				row["ref"], row["kind"], row["issuer_code"], row["publisher_code"], list(row["entry_codes"]), row["text"],
				row["basis"], row["issued_at"], workingDays,
			})
			return err
		}),
		eachRow(dir, "order_events.csv", func(row map[string]string) error {
			count, countErr := number(row["n"])
			workingDays, workingDaysErr := number(row["working_days"])
			w.OrderEvents = append(w.OrderEvents, OrderEvent{
				row["order_ref"], count, row["kind"], row["at"], row["account"], row["text"], row["new_due_on"],
				workingDays, list(row["disclosure_refs"]),
			})
			return errors.Join(countErr, workingDaysErr)
		}),
		eachRow(dir, "exemption_requests.csv", func(row map[string]string) error {
			w.ExemptionRequests = append(w.ExemptionRequests, ExemptionRequest{
				row["ref"], row["publisher_code"], row["entry_code"], row["from"], row["to"], row["reason"],
				row["asked_at"], row["asked_by"], row["decision"], row["decided_at"], row["decided_by"],
				row["decision_reason"],
			})
			return nil
		}))
}
