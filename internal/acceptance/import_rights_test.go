package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// multipartOf are files as a form sends them, each in a field of its own.
func multipartOf(t testing.TB, files map[string]string) (body, contentType string) {
	t.Helper()
	var sent bytes.Buffer
	form := multipart.NewWriter(&sent)
	for name, content := range files {
		part, err := form.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {mime(name)}, "Content-Type": {"application/octet-stream"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	form.Close()
	return sent.String(), form.FormDataContentType()
}

func mime(name string) string {
	return fmt.Sprintf(`form-data; name="f%d"; filename=%q`, len(name), name)
}

// imported sends files to be imported.
func (s *service) imported(query, token string, files map[string]string) *sent {
	s.t.Helper()
	body, contentType := multipartOf(s.t, files)
	headers := []string{"Content-Type", contentType}
	if token != "" {
		headers = append(headers, "Authorization", "Bearer "+token)
	}
	return s.send("POST", "/import"+query, body, headers...)
}

// report is what an import tells.
func (s *sent) report(t testing.TB) (told struct {
	DryRun, Written bool
	Number          int
	Files           []importer.FileReport
	Problems        []struct{ Code, Value, File, Column string }
	Warnings        []struct{ Code, Value string }
	GapsClosed      []any
},
) {
	t.Helper()
	if err := json.Unmarshal([]byte(s.content), &told); err != nil {
		t.Fatalf("%v: %s", err, s.content)
	}
	return told
}

const documentColumns = "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on," +
	"withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\n"

// filesOf are a file of each kind with one row, of a publisher where it is of one: PUB
// is the publisher and NEW a new name.
var filesOf = map[string]struct {
	content string
	own     bool
}{
	"disclosures": {documentColumns + "NEW,PUB,1.1,题,,,PROACTIVE,2026-11-01,,2026-11-02,,,,,,,\n", true},
	"news":        {"ref,publisher_code,title,summary,published_at\nNEW,PUB,动态,,2026-11-20\n", true},
	"relief": {
		"ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on\nNEW,DONATION,,PUB,DROUGHT,1,2026-11-20\n",
		true,
	},
	"concerns":           {"ref,publisher_code,title,severity,detected_at\nNEW,PUB,某事,NORMAL,2026-11-23\n", true},
	"areas":              {"code,name,level,parent_code\n533102102N,村,VILLAGE,533102102\n", false},
	"assignments":        {"publisher_code,entry_code,action,from,to,reason\nPUB,1.3,EXEMPT,DAY,,因\n", false},
	"orders":             {"ref,kind,issuer_code,publisher_code,text,issued_at,working_days\nNEW,URGE,5331,PUB,请办,2026-11-20,5\n", false},
	"order_events":       {"order_ref,n,kind,at,text\nissued,NUMBER,REMARKED,2026-11-23,NEW\n", false},
	"exemption_requests": {"ref,publisher_code,entry_code,from,reason,asked_at\nNEW,PUB,1.3,2030-01-01,因,2026-11-23\n", false},
	"events":             {"ref,name,kind,started_on,ended_on,area_codes\nNEW,洪涝,洪涝,2026-11-01,,PUB\n", false},
}

func fileOf(kind string, n int) string {
	return strings.NewReplacer(
		"PUB",
		rightsTownship,
		"NEW",
		fmt.Sprintf("i-%d", n),
		"NUMBER",
		fmt.Sprint(n+1),
		"102N,",
		fmt.Sprintf("102%d,", 100+n),
		"DAY",
		(calendar.Date(2025, 1, 1) + calendar.Day(n)).String(),
	).Replace(
		filesOf[kind].content,
	)
}

// TestImportRights: a file of each kind, by each role at, above, below and beside the
// publisher and on days that are its or not, is imported where docs/design.md says so;
// else it is 403 and writes nothing. A dry run says the same.
func TestImportRights(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	today := calendar.DayOf(noon())
	pgtest.Import(t, db, importing, writeFile(t, "orders.csv", strings.ReplaceAll(fileOf("orders", 0), "i-0", "issued")))
	n := 0
	for role := account.Clerk; role <= account.Auditor; role++ {
		for position, of := range map[string]struct {
			node     string
			scope    account.Scope
			from, to calendar.Day
			reaches  bool
		}{
			"own":     {rightsTownship, account.Self, today, today, true},
			"above":   {"5331", account.Subtree, today - 30, calendar.None, true},
			"just":    {"533102", account.Self, today - 30, calendar.None, false},
			"beside":  {"533102103", account.Subtree, today - 30, calendar.None, false},
			"not-yet": {rightsTownship, account.Subtree, today + 1, calendar.None, false},
			"no-more": {rightsTownship, account.Subtree, today - 30, today - 1, false},
			"of-none": {"", account.Subtree, today - 30, calendar.None, true},
		} {
			if role.OfInstance() != (of.node == "") {
				continue
			}
			token := pgtest.Account(t, db, strings.ToLower(role.String())+"."+position,
				account.Grant{Role: role, NodeCode: of.node, Scope: of.scope, From: of.from, To: of.to})
			for kind, file := range filesOf {
				n++
				may := role == account.SystemAdmin || role == account.Clerk && of.reaches && file.own
				want := http.StatusForbidden
				if may {
					want = http.StatusOK
				}
				before := factsOf(t, db)
				files := map[string]string{kind + ".csv": fileOf(kind, n)}
				if tried := s.imported("?dryRun=true", token, files); tried.StatusCode != want || factsOf(t, db) != before {
					t.Errorf("%s by %s, %s, dry: %d and not %d: %s", kind, role, position, tried.StatusCode, want, tried.content)
				}
				done := s.imported("", token, files)
				if done.StatusCode != want {
					t.Errorf("%s by %s, %s: %d and not %d: %s", kind, role, position, done.StatusCode, want, done.content)
				}
				switch {
				case !may && (done.code() != "FORBIDDEN" || factsOf(t, db) != before):
					t.Errorf("%s by %s, %s: %s", kind, role, position, done.content)
				case may && !done.report(t).Written:
					t.Errorf("%s by %s, %s: %s", kind, role, position, done.content)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("%d trials", n)
	}
	mustVerify(t, db)
}

// TestImportTellsNothing: of what is hidden from who imports no import tells more than
// that a ref is taken, whichever columns its files have; and one that names a hidden
// document tells what it would of an unknown one.
func TestImportTellsNothing(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted, s := serveTrusted(t, db, nil), serve(t, db, nil)
	hide(t, trusted)
	// One that is to be interpreted changes its publisher's days to come where it is named.
	trusted.data(registerMutation, map[string]any{"input": map[string]any{
		"ref": secretMark + "-owes", "publisherCode": rightsTownship, "entryCode": "1.1", "title": "题" + secretMark + "-owes",
		"attribute": "PROACTIVE", "formedOn": "2026-09-01", "publishedOn": "2026-12-25", "requiresInterpretation": true,
	}})
	from := calendar.Date(2026, 1, 1)
	clerk := pgtest.Account(
		t,
		db,
		"elsewhere",
		account.Grant{Role: account.Clerk, NodeCode: "533102103", Scope: account.Subtree, From: from},
	)
	admin := pgtest.Account(t, db, "system", account.Grant{Role: account.SystemAdmin, From: from})
	hidden := []string{"-draft", "-body", "-request", "-never", "-future", "-explains", "-owes"}
	before := factsOf(t, db)

	for _, suffix := range hidden {
		ref := secretMark + suffix
		for name, content := range map[string]string{
			"all columns":  documentColumns + ref + ",533102103,1.3,题,,,PROACTIVE,2026-09-01,,,,,,,,,\n",
			"a few":        "ref,publisher_code,entry_code,title\n" + ref + ",533102103,1.3,题\n",
			"no publisher": "ref,title\n" + ref + ",题\n",
			"with faults":  "ref,publisher_code,withdrawn_on,title\n" + ref + ",533102103,2020-01-01,�\n",
		} {
			for _, query := range []string{"", "?dryRun=true"} {
				told := s.imported(query, clerk, map[string]string{"disclosures.csv": content})
				report := told.report(t)
				if told.StatusCode != http.StatusUnprocessableEntity || len(report.Problems) != 1 ||
					report.Problems[0].Code != "ref-taken" ||
					len(report.Warnings) > 0 {
					t.Errorf("%s of %s: %d %s", name, ref, told.StatusCode, told.content)
				}
				if strings.Contains(strings.ReplaceAll(told.content, ref, ""), secretMark) || strings.Contains(told.content, "2026") {
					t.Errorf("%s of %s tells: %s", name, ref, told.content)
				}
			}
		}
		// An administrator may replace it, and sees nothing of it all the same.
		told := s.imported("", admin, map[string]string{"disclosures.csv": "ref,title\n" + ref + ",题\n"})
		if told.StatusCode != http.StatusUnprocessableEntity || strings.Contains(strings.ReplaceAll(told.content, ref, ""), secretMark) {
			t.Errorf("%s by an administrator: %d %s", ref, told.StatusCode, told.content)
		}
	}
	public := s.imported("", clerk, map[string]string{"disclosures.csv": "ref,title\nopen,题\n"})
	if public.StatusCode != http.StatusForbidden || public.code() != "FORBIDDEN" {
		t.Errorf("another's public document: %d %s", public.StatusCode, public.content)
	}
	relief := s.imported("", clerk, map[string]string{"relief.csv": "ref,to_code\nmoved,533102103\n"})
	if relief.StatusCode != http.StatusForbidden {
		t.Errorf("another's movement: %d %s", relief.StatusCode, relief.content)
	}
	if after := factsOf(t, db); after != before {
		t.Errorf("something was written: %s and not %s", after, before)
	}

	naming := map[string]string{
		"disclosures.csv": documentColumns + "new,533102103,1.3,题,,,PROACTIVE,2026-09-01,,2026-09-02,,,,,NAMED,,\n",
		"concerns.csv": "ref,publisher_code,title,severity,detected_at,responded_at,response_ref\n" +
			"new,533102103,某事,NORMAL,2026-11-20,2026-11-21,NAMED\n",
		"relief.csv": "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on,disclosure_ref\n" +
			"new,DISTRIBUTION,533102103,,DROUGHT,1,2026-10-20,NAMED\n",
	}
	for name, content := range naming {
		for who, token := range map[string]string{"a clerk": clerk, "an administrator": admin} {
			ask := func(ref string) (told any) {
				answer := s.imported("?dryRun=true", token, map[string]string{name: strings.ReplaceAll(content, "NAMED", ref)})
				if answer.StatusCode != http.StatusOK {
					t.Fatalf("%s naming %s: %s", name, ref, answer.content)
				}
				mustDo(t, json.Unmarshal([]byte(strings.ReplaceAll(answer.content, ref, "NAMED")), &told))
				return told
			}
			unknown := ask("unknown-ref")
			if !strings.Contains(asJSON(unknown), "document-unknown") {
				t.Errorf("%s: an unknown document is not warned of: %s", name, asJSON(unknown))
			}
			for _, suffix := range hidden {
				if told := ask(secretMark + suffix); !reflect.DeepEqual(told, unknown) {
					t.Errorf(
						"%s by %s naming %s differs from naming an unknown one:\n%s\n%s",
						name,
						who,
						suffix,
						asJSON(told),
						asJSON(unknown),
					)
				}
			}
		}
	}
	reviewed := s.imported("?dryRun=true", admin, map[string]string{
		"reviews.csv": "disclosure_ref,reviewed_on,result,consulted\n" + secretMark + "-request,2024-01-01,keep,\n" + secretMark + "-draft,2024-01-01,keep,\n",
	})
	if reviewed.StatusCode != http.StatusOK || len(reviewed.report(t).Warnings) > 0 {
		t.Errorf("reviews of hidden documents tell: %s", reviewed.content)
	}
	// Deadlines keep their row, and name public documents alone.
	arranged := s.imported("?dryRun=true", admin, map[string]string{"2026.json": `{"year": 2026, "days": [
		{"date": "2026-09-15", "name": "放假", "isOffDay": true}, {"date": "2026-11-03", "name": "放假", "isOffDay": true}]}`})
	var moved struct {
		DeadlinesMoved []struct {
			Publisher, Kind string
			Duty            *string
		}
	}
	mustDo(t, json.Unmarshal([]byte(arranged.content), &moved))
	unnamed, named := 0, 0
	for _, deadline := range moved.DeadlinesMoved {
		switch {
		case deadline.Duty == nil && deadline.Publisher == rightsTownship && deadline.Kind == "DOCUMENT":
			unnamed++
		case deadline.Duty != nil && *deadline.Duty == "open" && deadline.Kind == "INTERPRETATION":
			named++
		}
	}
	if arranged.StatusCode != http.StatusOK || strings.Contains(arranged.content, secretMark) || unnamed == 0 || named != 1 {
		t.Errorf(
			"a calendar tells %d deadlines of hidden documents without, %d of public ones with their names: %s",
			unnamed,
			named,
			arranged.content,
		)
	}
	// What an import brings itself is known to it.
	own := s.imported("", admin, map[string]string{
		"disclosures.csv": documentColumns + "mine,533102103,1.3,题,,,PROACTIVE,2026-09-01,,,,,,,,,\n",
		"relief.csv":      strings.ReplaceAll(naming["relief.csv"], "NAMED", "mine"),
	})
	if own.StatusCode != http.StatusOK || len(own.report(t).Warnings) > 0 {
		t.Errorf("a document of the same import: %s", own.content)
	}
	mustVerify(t, db)
}

// TestImportFourEyes: who registered a document imports no review of it, and reviews it
// in no other way; what comes with its reviews does.
func TestImportFourEyes(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	from := calendar.Date(2026, 1, 1)
	admin := pgtest.Account(t, db, "one", account.Grant{Role: account.SystemAdmin, From: from})
	other := pgtest.Account(t, db, "other", account.Grant{Role: account.SystemAdmin, From: from})
	both := pgtest.Account(t, db, "both", account.Grant{Role: account.Clerk, NodeCode: "533102", From: from},
		account.Grant{Role: account.Reviewer, NodeCode: "533102", From: from})
	document := func(ref string) string {
		return documentColumns + ref + ",533102102,1.3,题,,,ON_REQUEST,2025-09-01,,,,,,,,,\n"
	}
	review := func(ref, day string) string {
		return "disclosure_ref,reviewed_on,result,consulted\n" + ref + "," + day + ",keep,\n"
	}
	expect := func(what string, answer *sent, status int) {
		t.Helper()
		if answer.StatusCode != status {
			t.Errorf("%s: %d and not %d: %s", what, answer.StatusCode, status, answer.content)
		}
	}
	expect("a document with its review", s.imported("", admin, map[string]string{
		"disclosures.csv": document("d1"), "reviews.csv": review("d1", "2026-11-01"),
	}), http.StatusOK)
	expect("the same again", s.imported("", admin, map[string]string{
		"disclosures.csv": document("d1"), "reviews.csv": review("d1", "2026-11-01"),
	}), http.StatusOK)
	expect("a later review", s.imported("", admin, map[string]string{"reviews.csv": review("d1", "2026-11-02")}), http.StatusForbidden)
	expect("a later review beside the document", s.imported("", admin, map[string]string{
		"disclosures.csv": document("d1"), "reviews.csv": review("d1", "2026-11-02"),
	}), http.StatusForbidden)
	expect("another's review", s.imported("", other, map[string]string{"reviews.csv": review("d1", "2026-11-02")}), http.StatusOK)

	done := s.imported("", both, map[string]string{"disclosures.csv": document("d2")})
	expect("a clerk's document", done, http.StatusOK)
	mutation := `mutation { reviewDocument(input: {ref: "d2", reviewedOn: "2026-11-20", result: KEEP}) { closedGap } }`
	own := map[string][]string{"Authorization": {"Bearer " + both}}
	if r := s.askWith(own, mutation, nil); r.code() != "FORBIDDEN" {
		t.Errorf("by who imported it: %q", r.code())
	}
	// Taken back and imported again by nobody, it is still who registered it that wrote it.
	if _, err := importer.Undo(t.Context(), db, int64(done.report(t).Number), importer.Options{Today: calendar.DayOf(noon())}); err != nil {
		t.Fatal(err)
	}
	again := fstest.MapFS{"disclosures.csv": {Data: []byte(document("d2"))}}
	_, err := importer.Import(t.Context(), db, importer.FromUpload(again, []string{"disclosures.csv"}),
		importer.Options{By: store.By{Way: store.ByCommand, Name: "test"}, Today: calendar.DayOf(noon())})
	mustDo(t, err)
	if r := s.askWith(own, mutation, nil); r.code() != "FORBIDDEN" {
		t.Errorf("after it was taken back and imported again: %q", r.code())
	}
	var way, who string
	mustDo(t, db.DB().QueryRow(`SELECT t.way, t.account FROM log_transaction AS t JOIN log_pending AS p USING (number)
		WHERE p.fact = 'disclosures' AND p.key = 'd2' ORDER BY number LIMIT 1`).Scan(&way, &who))
	if way != string(store.ByImport) || who != "both" {
		t.Errorf("the log has %s by %q", way, who)
	}
}

// TestUploads: what is no import, comes from elsewhere, is too large or breaks off is
// refused with what to do, and writes nothing.
func TestUploads(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, func(o *server.Options) { o.Limits.UploadBytes = 20_000 })
	grant := account.Grant{Role: account.Clerk, NodeCode: "533102", From: calendar.Date(2026, 1, 1)}
	token := pgtest.Account(t, db, "clerk", grant)
	news := fileOf("news", 1)
	before := factsOf(t, db)
	bearer := "Bearer " + token
	body, contentType := multipartOf(t, map[string]string{"news.csv": news})
	large, largeType := multipartOf(t, map[string]string{"news.csv": news + strings.Repeat(" ", 30_000)})
	none, noneType := multipartOf(t, nil)
	twice := strings.Replace(body, "\r\n--", "\r\n--", 1)
	twice = twice[:strings.LastIndex(twice, "--"+contentType[len("multipart/form-data; boundary="):])] + body
	for what, of := range map[string]struct {
		answer *sent
		status int
	}{
		"nobody":         {s.send("POST", "/import", body, "Content-Type", contentType), 401},
		"JSON":           {s.send("POST", "/import", "{}", "Content-Type", "application/json", "Authorization", bearer), 415},
		"another origin": {s.send("POST", "/import", body, "Content-Type", contentType, "Origin", "https://elsewhere.example", "Authorization", bearer), 403},
		"another site":   {s.send("POST", "/import", body, "Content-Type", contentType, "Sec-Fetch-Site", "same-site", "Authorization", bearer), 403},
		"GET":            {s.send("GET", "/import", "", "Authorization", bearer), 405},
		"a slip":         {s.send("POST", "/import?dryrun=true", body, "Content-Type", contentType, "Authorization", bearer), 400},
		"no truth":       {s.send("POST", "/import?dryRun=yes", body, "Content-Type", contentType, "Authorization", bearer), 400},
		"no address":     {s.send("POST", "/import?dryRun=%ZZ", body, "Content-Type", contentType, "Authorization", bearer), 400},
		"too large":      {s.send("POST", "/import", large, "Content-Type", largeType, "Authorization", bearer), 413},
		"no file":        {s.send("POST", "/import", none, "Content-Type", noneType, "Authorization", bearer), 400},
		"a name twice":   {s.send("POST", "/import", twice, "Content-Type", contentType, "Authorization", bearer), 400},
		"no boundary":    {s.send("POST", "/import", body, "Content-Type", "multipart/form-data", "Authorization", bearer), 400},
		"cut off":        {s.send("POST", "/import", body[:len(body)-10], "Content-Type", contentType, "Authorization", bearer), 400},
	} {
		if of.answer.StatusCode != of.status || !strings.Contains(of.answer.content, `"errors"`) {
			t.Errorf("%s: %d and not %d: %s", what, of.answer.StatusCode, of.status, of.answer.content)
		}
	}
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	mustDo(t, err)
	fmt.Fprintf(
		connection,
		"POST /import HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		bearer,
		contentType,
		len(body),
		body[:len(body)/2],
	)
	connection.Close()
	pgtest.Eventually(t, "the place of the upload that broke off is free", func() bool {
		return s.imported("?dryRun=true", token, map[string]string{"news.csv": news}).StatusCode == http.StatusOK
	})
	if after := factsOf(t, db); after != before {
		t.Errorf("something was written: %s and not %s", after, before)
	}
	if done := s.imported("?dryRun=false", token, map[string]string{"news.csv": news}); !done.report(t).Written {
		t.Errorf("the whole: %s", done.content)
	}
	if again := s.imported("", token, map[string]string{"news.csv": news}).report(t); again.Number != 0 || again.Files[0].Unchanged != 1 {
		t.Errorf("again: %+v", again)
	}
	for name, of := range map[string]store.Token{"reads": {ReadOnly: true}, "documents": {TrustedDocuments: true}} {
		of.ExpiresAt = time.Now().AddDate(0, 1, 0)
		limited, err := register.NewAccounts(db, time.Now, store.By{Way: store.ByCommand}).AddToken(t.Context(), "clerk", of)
		mustDo(t, err)
		if answer := s.imported("?dryRun=true", limited, map[string]string{"news.csv": news}); answer.StatusCode != http.StatusForbidden {
			t.Errorf("a token that %s: %d", name, answer.StatusCode)
		}
	}
	mustVerify(t, db)
}

// TestImportTellsNothingOfOrders: why an event of a hidden order is not allowed is told to
// nobody who may not see how that stands; of one that everybody sees it is told.
func TestImportTellsNothingOfOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	admin := pgtest.Account(t, db, "system", account.Grant{Role: account.SystemAdmin, From: calendar.Date(2026, 1, 1)})
	pgtest.Import(t, db, importing, writeFile(t, "orders.csv",
		"ref,kind,issuer_code,publisher_code,entry_codes,text,issued_at,working_days\n"+
			"hidden-o,URGE,5331,533102102,1.3,请公开,2026-08-03,10\npublic-o,CRITICISE,5331,533102102,1.3,请公开,2026-08-03,10\n"))
	for _, ref := range []string{"hidden-o", "public-o"} {
		for _, row := range []string{",1,RETURNED,2026-08-05,再办,5", ",1,REMARKED,2026-08-02,记,"} {
			told := s.imported("?dryRun=true", admin, map[string]string{
				"order_events.csv": "order_ref,n,kind,at,text,working_days\n" + ref + row + "\n",
			})
			report := told.report(t)
			if told.StatusCode != http.StatusUnprocessableEntity || len(report.Problems) != 1 {
				t.Errorf("%s%s: %d %s", ref, row, told.StatusCode, told.content)
				continue
			}
			p := report.Problems[0]
			explains := p.Code != "event-not-allowed" || strings.Contains(told.content, "ISSUED")
			if explains != (ref == "public-o") || ref == "hidden-o" && strings.Contains(told.content, "1.3") {
				t.Errorf("%s%s: %+v", ref, row, p)
			}
		}
	}
}
