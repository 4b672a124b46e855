// Package server serves GraphQL and the pages over HTTP: routes, bounds, the
// request's view of the world, health and metrics.
package server

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/trace"

	"github.com/reliefgraph/reliefgraph/graph"
	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/live"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/web"
)

// Limits bound what one request may cost.
type Limits struct {
	Depth       int
	Work        int // units of a microsecond of one core
	AnswerBytes int
	Aliases     int
	Tokens      int
	BodyBytes   int64
	RequestTime time.Duration
	Exports     int   // made at once
	UploadBytes int64 // of the files of an import
	// Subscriptions are those that may be open; one caller may have a quarter.
	Subscriptions int
	// ReadersPatience is how long a reader of an export or of messages may take nothing; 0
	// is 30 s. Nothing is gathered for who takes no messages.
	ReadersPatience time.Duration
}

// DefaultLimits let every operation of the contract pass at its largest page,
// with room.
func DefaultLimits() Limits {
	return Limits{
		Depth: 20, Work: 1_000_000, AnswerBytes: 16 << 20, Aliases: 60, Tokens: 2000, BodyBytes: 1 << 20,
		RequestTime: 15 * time.Second, Exports: 4, UploadBytes: 512 << 20, Subscriptions: 4000,
	}
}

// Options are how the server serves.
type Options struct {
	Store *store.Store
	// Imports is the same database for imports, whose statements take long; Store where nil.
	Imports  *store.Store
	Follower *store.Follower
	// Replicas are those of the same database by which questions are read; nil: none are.
	Replicas *store.Replicas
	// Books are those of the same database; nil: money is added up from its movements.
	Books *store.Books
	// ByDatabase leaves it to the database's wall alone what callers may see and write:
	// for tests, which hold the two walls against each other.
	ByDatabase bool
	Log        *slog.Logger
	Limits     Limits
	// Hosts are names under which the server answers, besides loopback names and
	// the address that a connection comes to; AnyHost is all.
	Hosts []string
	// AllowedOrigins are those of other sites whose pages may ask and read answers.
	AllowedOrigins []string
	// Certificate is shown over TLS; nil: the server has none.
	Certificate *Certificate
	// TrustedProxies are believed what they tell of whom they are asked by.
	TrustedProxies []netip.Prefix
	// ProxiesAlone keeps out whom no proxy asks for, but over TLS and from this machine.
	ProxiesAlone bool
	// Drain is how long the server goes on answering after it was told to end,
	// while it says that it is not ready.
	Drain time.Duration
	// Admin is where health and metrics are answered, and there alone; nil where
	// they are answered beside the rest.
	Admin net.Listener
	// LogRequests lets what is answered be logged as information; else it is for the
	// hunt for faults.
	LogRequests bool
	// Documents are those named by an id that the server trusts; Trust says how.
	Documents *Documents
	Trust     TrustMode
	// Traces are told of requests; nil: they are not.
	Traces trace.TracerProvider
	// Audit is the log of changes; nil: one without a key, which signs nothing.
	Audit *audit.Log
	// Backups tells why the newest nightly backup was not made, empty where it was, and
	// when one was made last; nil: none are made.
	Backups func() (fault string, last time.Time)
	// Explorable turns introspection and the playground on.
	Explorable bool
	// Provider is who signs people in besides; nil: nobody does.
	Provider *signin.Provider
	// Demo are accounts that anybody may sign in to; nil: there are none.
	Demo *Demo
	// Now is the clock, for tests; time.Now where nil.
	Now func() time.Time
}

// Server answers requests.
type Server struct {
	options Options
	metrics *metrics
	// making are the places of exports that are made, each with a connection to the
	// database; sending those of all that are on their way.
	making, sending *places
	importing       *places           // by account
	budget          *admission.Budget // of questions
	outgoing        *outgoing         // their answers
	tries           *signin.Tries
	// how often accounts ask, and those who have not signed in by their address
	byAccount, byAddress *rates
	signing, providing   chan struct{} // places to sign in, by a password and by the provider
	known                *known.States
	closing              atomic.Bool
	live                 *live.Hub
	// subscriptions are those that are open, and sockets the connections of some of them;
	// open waits for these, following ends when all are to end.
	subscriptions, sockets *places
	begun                  atomic.Int64 // of the subscriptions: what is written from then on, they tell of
	open                   sync.WaitGroup
	following              context.Context
	endFollowing           context.CancelFunc
}

// answersHeld are as many of the largest answers as are held for their readers.
const answersHeld = 4

// New makes a server.
func New(options Options) *Server {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Documents == nil {
		options.Documents = &Documents{}
	}
	if options.Audit == nil {
		options.Audit = audit.New(options.Store, nil)
	}
	options.Trust = cmp.Or(options.Trust, TrustPrefer)
	options.Limits.ReadersPatience = cmp.Or(options.Limits.ReadersPatience, readersPatience)
	made := options.Limits.Exports
	if options.Imports == nil {
		options.Imports = options.Store
	}
	s := &Server{
		options:   options,
		importing: newPlaces("imports", importsAtOnce, importsOfEach),
		budget:    options.Limits.budget(),
		tries:     signin.NewTries(),
		byAccount: newRates(accountsRate, accountsBurst), byAddress: newRates(addressRate, addressBurst),
		signing: make(chan struct{}, mostSigningIn), providing: make(chan struct{}, mostSigningIn),
		outgoing: &outgoing{most: answersHeld * options.Limits.AnswerBytes},
		making:   newPlaces("exports", made, (made+1)/2),
		sending:  newPlaces("exports", sentForEachMade*made, sentForEachMade*made/4),
		known:    known.New(options.Store, options.Follower, options.Audit.Seal),
	}
	s.live = live.New(options.Store, options.Follower, options.Now, options.Log)
	most := options.Limits.Subscriptions
	s.subscriptions = newPlaces("subscriptions", most, (most+partOfEach-1)/partOfEach)
	s.sockets = newPlaces("WebSockets", most, (most+partOfEach-1)/partOfEach)
	s.following, s.endFollowing = context.WithCancel(context.Background())
	s.metrics = newMetrics(s)
	go build() // reads the program before another may stand in its place
	return s
}

func (s *Server) today() calendar.Day { return calendar.Today(s.options.Now()) }

// view makes a request's view of the newest state, or of the snapshot that an
// export has taken.
func (s *Server) view(ctx context.Context) (*model.View, store.Version, error) {
	return s.viewBeside(ctx, nil)
}

// viewBeside is view, and says from where rows are read beside the index.
func (s *Server) viewBeside(ctx context.Context, beside *rows) (*model.View, store.Version, error) {
	if of, ok := ctx.Value(stateKey{}).(*state); ok {
		return s.viewAt(ctx, of.Index, of.now, of.For), "", nil
	}
	start := time.Now()
	_, span := s.span(ctx, "catching up")
	index, version, err := s.options.Follower.Newest(ctx)
	span.End()
	s.metrics.caughtUp(time.Since(start))
	if err != nil {
		return nil, "", err
	}
	return s.viewAt(ctx, index, s.options.Now(), s.from(beside)).ByBooks(s.options.Books), version, nil
}

func (s *Server) viewOf(ctx context.Context, index *coverage.Index) *model.View {
	return s.viewAt(ctx, index, s.options.Now(), s.options.Store.For)
}

func (s *Server) viewAt(ctx context.Context, index *coverage.Index, now time.Time, from func(account int64) store.Reads) *model.View {
	who := identityOf(ctx)
	var asking int64
	if who.account != nil {
		asking = who.account.ID
	}
	seal, err := cursor.NewSeal(s.options.Follower.Secret())
	if err != nil {
		panic(err) // the database checks the secret's length
	}
	view := model.NewView(index, now, who.account, seal, from(asking))
	view.ByToken, view.Log = who.token != nil, s.options.Audit
	if s.options.ByDatabase {
		view.ByDatabase()
	}
	return view.Knowing(s.known)
}

// Handler returns all routes, but those that are answered at the Admin address.
func (s *Server) Handler() http.Handler {
	all := http.NewServeMux()
	all.Handle("/", s.throughProxies(s.invited(s.identified(s.answering()))))
	if s.options.Admin == nil {
		s.probes(all) // under any name: probes know the server as they like, and learn next to nothing
		all.Handle("GET /metrics", s.invited(s.withGoodToken(s.metrics.handler())))
	}
	return s.arrived(s.observed(all))
}

// answering are the routes of GraphQL, the pages and the files.
func (s *Server) answering() http.Handler {
	mux := http.NewServeMux()
	executing := s.graphql()
	answered := compressed(http.MaxBytesHandler(executing, s.options.Limits.BodyBytes), mediaJSON, mediaGraphQL)
	mux.Handle("/graphql", s.shared(graphqlMethods, s.protected(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams(r) {
			executing.ServeHTTP(w, r)
			return
		}
		answered.ServeHTTP(w, r)
	}))))
	ask := s.asking()
	for path, files := range map[string]http.Handler{
		"/export/{file}":  s.beyondDocuments(s.exports(ask)),
		"/feed/{file...}": s.beyondDocuments(compressed(s.feeds(ask), mediaAtom)),
		"/schema.graphql": schemaFile(), "/audit/checkpoint": s.checkpoint(),
	} {
		shared := s.shared(fileMethods, files)
		mux.Handle("GET "+path, shared)
		if len(s.options.AllowedOrigins) > 0 {
			mux.Handle("OPTIONS "+path, shared)
		}
	}
	if s.options.Explorable {
		mux.Handle("/playground/", http.StripPrefix("/playground", web.Playground()))
	}
	mux.Handle("/import", s.shared(importMethods, s.protected(s.beyondDocuments(s.imports()))))
	mux.Handle("GET "+dueAt+"{file}", s.dueDays(ask))
	mux.Handle("/session", s.session())
	s.byProvider(mux)
	mux.Handle("/", web.Dashboard())
	return mux
}

// schema makes what answers GraphQL.
func (s *Server) schema() graphql.ExecutableSchema {
	newest := func(ctx context.Context) (*coverage.Index, error) { return s.options.Follower.Index(ctx) }
	resolver := &graph.Resolver{
		AccountsBy: func(account string) *register.Accounts {
			return register.NewAccounts(s.options.Store, s.options.Now, store.By{Account: account, Way: store.ByGraphQL}).Counting(s.tries)
		},
		Live:     s.live,
		Issuer:   s.options.Provider.Issuer(),
		View:     s.viewOf,
		Register: s.register(newest),
	}
	return generated.NewExecutableSchema(generated.Config{Resolvers: resolver, Directives: generated.DirectiveRoot{Work: model.Charged}})
}

// register writes single facts.
func (s *Server) register(newest func(context.Context) (*coverage.Index, error)) *register.Register {
	made := register.New(s.options.Store, newest, s.today, store.By{Way: store.ByGraphQL})
	if s.options.ByDatabase {
		return made.ByDatabase()
	}
	return made
}

// answers lets whatever executes documents answer them from one view each.
func (s *Server) answers(executing interface {
	SetQueryCache(graphql.Cache[*ast.QueryDocument])
	SetErrorPresenter(graphql.ErrorPresenterFunc)
	SetRecoverFunc(graphql.RecoverFunc)
	AroundOperations(graphql.OperationMiddleware)
	Use(graphql.HandlerExtension)
},
) {
	executing.SetQueryCache(withoutNulls{lru.New[*ast.QueryDocument](1000)})
	executing.Use(variables{})
	executing.SetErrorPresenter(present(s.options.Log))
	executing.SetRecoverFunc(recovered(s.options.Log))
	executing.AroundOperations(s.answer)
}

// graphql makes the handler of GraphQL.
func (s *Server) graphql() http.Handler {
	h := handler.New(s.schema())
	s.answers(h)
	h.AddTransport(socket{s})
	h.AddTransport(transport{s})
	h.SetParserTokenLimit(s.options.Limits.Tokens)
	h.Use(bounds{Depth: s.options.Limits.Depth, Aliases: s.options.Limits.Aliases})
	if s.options.Explorable {
		h.Use(extension.Introspection{})
	} else {
		h.Use(unexplored{})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams(r) { // each message has the time
			h.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.options.Limits.RequestTime)
		defer cancel()
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

// mostAnswers is how often a question is asked again because a writer came between.
const mostAnswers = 5

// viewFor makes the view that an operation begins with: each mutation answers from
// one of its own, which holds what it wrote.
func (s *Server) viewFor(ctx context.Context, operation ast.Operation, beside *rows) (*model.View, store.Version, error) {
	if operation == ast.Mutation {
		return s.viewOf(ctx, s.options.Follower.Current()), "", nil
	}
	return s.viewBeside(ctx, beside)
}

// answer lets an operation see one state. A query to which a writer came between
// the index and the facts is asked again of the newest state, one that asks more about
// what was known than a state held of one that holds that, one whose replica was lost of
// the database itself; a mutation is not.
func (s *Server) answer(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx).Operation
	if operation.Operation == ast.Subscription {
		return s.followed(ctx, next)
	}
	reading := batch.ReadingOf(operation, generated.MayRead)
	refused := func(err error) graphql.ResponseHandler {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{present(s.options.Log)(ctx, err)}})
	}
	beside, err := s.rowsFor(graphql.GetOperationContext(ctx))
	if err != nil {
		return refused(err)
	}
	var before *model.View
	for asked := 1; ; asked++ {
		view, version, err := s.viewFor(ctx, operation.Operation, beside)
		if err != nil {
			return refused(err)
		}
		if before != nil {
			view.GoingOn(before)
		}
		seen := withTold(batch.Begin(view.With(ctx), reading), operation.Operation == ast.Mutation)
		handler := next(seen)
		if operation.Operation != ast.Query {
			return s.tellingWritten(handler)
		}
		response := handler(seen)
		beyond := view.Beyond()
		switch {
		case beside.lost() && ctx.Err() == nil:
		case beyond && ctx.Err() != nil:
			return refused(ctx.Err())
		case !beyond && (!view.Stale() || asked >= mostAnswers || ctx.Err() != nil):
			sawOf(ctx).note(view, version)
			priced(seen, response)
			beside.tell(ctx, response)
			return graphql.OneShot(response)
		}
		before = view
		admission.Of(ctx).Again()
	}
}
