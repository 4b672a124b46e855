package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/live"
	"github.com/reliefgraph/reliefgraph/internal/memory"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/web"
)

// serveSettings are common to serve and demo.
type serveSettings struct {
	logSettings
	listenSettings
	nightlySettings
	providerSettings
	AdminListen    string        `help:"Address for /healthz, /readyz and /metrics alone; none: they are answered beside the rest." env:"RELIEFGRAPH_ADMIN_LISTEN" placeholder:"ADDRESS"`
	Hosts          []string      `help:"Names under which browsers know this server, besides localhost and the address listened on; * is any." env:"RELIEFGRAPH_HOSTS" placeholder:"NAME"`
	AllowedOrigins []string      `help:"Origins of other sites whose pages may ask and read answers, as https://name; none: no others." env:"RELIEFGRAPH_ALLOWED_ORIGINS" placeholder:"ORIGIN"`
	Drain          time.Duration `help:"Time to go on answering after SIGTERM while /readyz says 503, for load balancers to notice." default:"0s" env:"RELIEFGRAPH_DRAIN"`
	RunAs          string        `help:"Account to go on as when root has opened what only root may; none: that of the embedded database, else nobody; root: stay root." env:"RELIEFGRAPH_RUN_AS" placeholder:"NAME"`

	ReadURL          []string      `help:"Streaming replicas of the database that questions are read from, separated by commas; users and databases in them do not count." env:"RELIEFGRAPH_READ_URL" placeholder:"URL"`
	Connections      int           `help:"Database connections." default:"16" env:"RELIEFGRAPH_CONNECTIONS"`
	StatementTimeout time.Duration `help:"Time that one database statement may take." default:"10s" env:"RELIEFGRAPH_STATEMENT_TIMEOUT"`
	MaxDepth         int           `help:"Levels of fields in a request." default:"${depth}" env:"RELIEFGRAPH_MAX_DEPTH"`
	MaxWork          int           `help:"Work of a request, in about microseconds of one core." default:"${work}" env:"RELIEFGRAPH_MAX_WORK"`
	MaxAnswer        int           `help:"Bytes in an answer." default:"${answer}" env:"RELIEFGRAPH_MAX_ANSWER"`
	MaxAliases       int           `help:"Aliases in a request." default:"${aliases}" env:"RELIEFGRAPH_MAX_ALIASES"`
	MaxTokens        int           `help:"Tokens in a request." default:"${tokens}" env:"RELIEFGRAPH_MAX_TOKENS"`
	MaxBody          int64         `help:"Bytes in a request." default:"${body}" env:"RELIEFGRAPH_MAX_BODY"`
	TrustedDocuments string        `help:"Documents named by an id: only those of the manifests are answered, those are preferred, or ids are off." enum:"only,prefer,off" default:"prefer" env:"RELIEFGRAPH_TRUSTED_DOCUMENTS"`
	Documents        []string      `help:"Further manifests of trusted documents, as the builds of apps write them." type:"existingfile" placeholder:"FILE"`
	RequestTimeout   time.Duration `help:"Time that a request may take." default:"${request_time}" env:"RELIEFGRAPH_REQUEST_TIMEOUT"`
	MaxExports       int           `help:"Exports made at once; at most a quarter of the connections." default:"${exports}" env:"RELIEFGRAPH_MAX_EXPORTS"`
	MaxSubscriptions int           `help:"Subscriptions open at once; one account or address may have a quarter." default:"${subscriptions}" env:"RELIEFGRAPH_MAX_SUBSCRIPTIONS"`
	MaxUpload        int64         `help:"Bytes in the files of an import." default:"${upload}" env:"RELIEFGRAPH_MAX_UPLOAD"`
	GCPercent        int           `help:"How much the heap may grow between collections, in percent." default:"200" env:"RELIEFGRAPH_GC_PERCENT"`
	traces           *sdktrace.TracerProvider
	MemoryLimit      int64 `help:"Memory in MiB that the server may take however much it holds; 0: twice what it holds." default:"4096" env:"RELIEFGRAPH_MEMORY_LIMIT"`
}

type serveCommand struct {
	serveSettings
	Explore bool `help:"Answer introspection and serve the playground." env:"RELIEFGRAPH_EXPLORE"`
}

// Run serves until a signal comes.
func (c *serveCommand) Run(ctx context.Context) error {
	if err := c.checkReach(); err != nil {
		return err
	}
	if err := c.trace(ctx); err != nil {
		return err
	}
	db, err := c.migrated(ctx, "serve", embeddedpg.Start, c.storeOptions())
	if err != nil {
		return err
	}
	defer db.Close()
	return c.serve(ctx, db, c.Explore, nil)
}

// trace begins to send traces, where they are wanted.
func (c *serveSettings) trace(ctx context.Context) (err error) {
	c.traces, err = traces(ctx)
	return err
}

// Validate refuses origins that no browser sends, and proxies that are none.
func (c *serveSettings) Validate() error {
	if _, err := c.proxies(); err != nil {
		return err
	}
	for _, origin := range c.AllowedOrigins {
		if err := server.CheckOrigin(origin); err != nil {
			return fmt.Errorf("--allowed-origins: %w", err)
		}
	}
	return nil
}

func (c *serveSettings) storeOptions() store.Options {
	options := store.Options{Connections: c.Connections, StatementTimeout: c.StatementTimeout}
	if c.traces != nil {
		options.Traces = c.traces
	}
	return options
}

// defaultLimits are what the settings name of the server's own.
func defaultLimits() kong.Vars {
	limits := server.DefaultLimits()
	return kong.Vars{
		"depth": fmt.Sprint(limits.Depth), "work": fmt.Sprint(limits.Work),
		"answer": fmt.Sprint(limits.AnswerBytes), "aliases": fmt.Sprint(limits.Aliases),
		"tokens": fmt.Sprint(limits.Tokens), "body": fmt.Sprint(limits.BodyBytes),
		"request_time": limits.RequestTime.String(), "exports": fmt.Sprint(limits.Exports),
		"upload": fmt.Sprint(limits.UploadBytes), "subscriptions": fmt.Sprint(limits.Subscriptions),
	}
}

func (c *serveSettings) limits() server.Limits {
	return server.Limits{
		Depth:         c.MaxDepth,
		Work:          c.MaxWork,
		AnswerBytes:   c.MaxAnswer,
		Aliases:       c.MaxAliases,
		Tokens:        c.MaxTokens,
		BodyBytes:     c.MaxBody,
		RequestTime:   c.RequestTimeout,
		UploadBytes:   c.MaxUpload,
		Subscriptions: max(c.MaxSubscriptions, 0),
		// Each holds a connection for as long as it takes.
		Exports: min(max(c.MaxExports, 0), max(c.Connections/4, 1)),
	}
}

// largestManifest is far more than the operations of any app take.
const largestManifest = 16 << 20

// documents are those of the contract and the dashboard, and those of the
// manifests given.
func (c *serveSettings) documents(ctx context.Context) (*server.Documents, error) {
	manifest, err := web.Documents()
	if err != nil {
		return nil, err
	}
	documents, err := server.NewDocuments(manifest)
	if err != nil {
		return nil, fmt.Errorf("the documents built in: %w", err)
	}
	for _, name := range c.Documents {
		content, err := contentOf(ctx, name, largestManifest)
		if err != nil {
			return nil, fmt.Errorf("reading trusted documents: %w", err)
		}
		if err := documents.Add(content); err != nil {
			return nil, fmt.Errorf("trusted documents, %s: %w", name, err)
		}
	}
	return documents, nil
}

// certificateLook is how often it is looked whether the certificate is renewed.
const certificateLook = 10 * time.Second

// importConnections are those of imports. Their statements may take as long as they do,
// which those of answers may not.
const importConnections = 4

// How much the heap may grow between collections while the index is loaded, and while files
// are imported: most of what is made then stays, and the database takes more of the
// processor than collecting does.
const (
	loadingGCPercent   = 50
	importingGCPercent = 25
)

// serve loads the index, listens, and says where.
func (c *serveSettings) serve(ctx context.Context, db *database, explorable bool, demo *server.Demo) error {
	debug.SetGCPercent(loadingGCPercent)
	documents, err := c.documents(ctx)
	if err != nil {
		return err
	}
	certificate, err := c.certificate()
	if err != nil {
		return err
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	importing, err := store.Open(ctx, db.url, store.Options{Connections: importConnections, NoPrepare: c.NoPrepare})
	if err != nil {
		return err
	}
	imports := &database{Store: importing}
	defer imports.Close()
	for _, used := range []*database{db, imports} {
		if err := used.serve(ctx); err != nil {
			return err
		}
	}
	start := time.Now()
	follower, err := db.Follow(ctx)
	if err != nil {
		return err
	}
	// Measured: docs/adr/0001-index.md. An answer is short-lived memory beside an
	// index that stays.
	debug.SetGCPercent(c.GCPercent)
	slog.Info("the index is loaded", "nodes", follower.Current().Tree.Size(), "milliseconds", time.Since(start).Milliseconds())
	var replicas *store.Replicas
	if len(c.ReadURL) > 0 {
		if replicas, err = follower.Replicas(ctx, c.ReadURL, slog.Default()); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; choose another address with --listen", c.Listen, err)
	}
	var admin net.Listener
	if c.AdminListen != "" {
		if admin, err = net.Listen("tcp", c.AdminListen); err != nil {
			listener.Close()
			return fmt.Errorf("listening on %s: %w; choose another address with --admin-listen", c.AdminListen, err)
		}
	}
	log, err := c.log(ctx, db) // root may read the key
	var nightly *backup.Nightly
	if err == nil {
		nightly, err = c.nightly(ctx, db)
	}
	if err == nil {
		err = surrenderRoot(ctx, db, c.RunAs)
	}
	if err == nil && nightly != nil {
		err = nightly.Check()
	}
	if err != nil {
		listener.Close()
		if admin != nil {
			admin.Close()
		}
		return err
	}
	address := "http://" + listener.Addr().String()
	if certificate != nil {
		address = "https://" + listener.Addr().String()
	}
	fmt.Fprintf(os.Stdout, "dashboard   %s/\n", address)
	fmt.Fprintf(os.Stdout, "GraphQL     %s/graphql\n", address)
	if explorable {
		fmt.Fprintf(os.Stdout, "playground  %s/playground/\n", address)
	}
	if demo != nil {
		sayAccounts(demo)
	}
	if now := calendar.DayOf(time.Now()); !now.InRange() {
		slog.Warn("the clock is beyond the days that are answered for; what is asked without a day is answered as of the nearest",
			"clock", now.String(), "answered", calendar.Today(time.Now()).String())
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go memory.Keep(serving, c.MemoryLimit<<20)
	if certificate != nil {
		go certificate.Keep(serving, certificateLook, slog.Default())
	}
	go log.Keep(serving, time.Second, slog.Default())
	go live.Forget(serving, db.Store, slog.Default())
	books := follower.Books()
	go books.Keep(serving, slog.Default())
	if replicas != nil {
		go replicas.Keep(serving)
	}
	if db.server != nil {
		go func() {
			select {
			case <-db.server.Exited():
				stop()
			case <-serving.Done():
			}
		}()
	}
	trusted, err := c.proxies()
	if err != nil {
		return err
	}
	options := server.Options{
		Certificate: certificate, TrustedProxies: trusted, ProxiesAlone: c.proxiesAlone(),
		Store: db.Store, Imports: imports.Store, Follower: follower, Replicas: replicas, Books: books,
		Log: slog.Default(), Limits: c.limits(),
		Explorable: explorable, Demo: demo,
		Hosts: c.Hosts, AllowedOrigins: c.AllowedOrigins, Drain: c.Drain, Admin: admin, LogRequests: demo == nil,
		Documents: documents, Trust: server.TrustMode(c.TrustedDocuments), Audit: log, Provider: provider,
	}
	if nightly != nil {
		nightly.Audit, options.Backups = log, nightly.State
		go nightly.Run(serving)
	}
	if c.traces != nil {
		options.Traces = c.traces
		defer sendLast(c.traces)
	}
	err = server.New(options).Serve(serving, listener)
	if err == nil && ctx.Err() == nil {
		return fmt.Errorf("the embedded database ended: %w", db.server.Err())
	}
	return err
}
