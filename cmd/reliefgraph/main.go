// Command reliefgraph tells which townships and departments have disclosed what
// the standard catalog for disaster relief obliges them to. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// commands are the program's commands, as docs/contract/cli.md names them.
type commands struct {
	Demo     demoCommand     `cmd:"" help:"Serve the bundled demo world from the embedded database."`
	Serve    serveCommand    `cmd:"" help:"Migrate, then serve."`
	Import   importCommand   `cmd:"" help:"Import files or folders: all of them or nothing."`
	Migrate  migrateCommand  `cmd:"" help:"Migrate the schema."`
	Account  accountCommand  `cmd:"" help:"Make and disable accounts, give and end what they may do."`
	Rebuild  rebuildCommand  `cmd:"" help:"Recompute every timeline from the facts."`
	Backup   backupCommand   `cmd:"" help:"Write one state of the database into a file, while servers go on."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup into an empty database or a new data folder, when it has proven itself."`
	Database databaseCommand `cmd:"" help:"Take care of the embedded database."`
	Audit    auditCommand    `cmd:"" help:"Verify, export and sign the log of changes."`
	Generate generateCommand `cmd:"" help:"Write a synthetic world as import files."`
	Template templateCommand `cmd:"" help:"Write XLSX files to fill in: Chinese headers, lists to choose from, an example, what each column means."`

	Version kong.VersionFlag `help:"Print the version."`

	LogFormat string `help:"Form of the log." enum:"text,json" default:"text" env:"RELIEFGRAPH_LOG_FORMAT"`
	LogLevel  string `help:"Least level logged." enum:"debug,info,warn,error" default:"info" env:"RELIEFGRAPH_LOG_LEVEL"`
}

// The exit codes.
const (
	exitRefused = 1
	exitUsage   = 2
)

// exitError ends the program with a code other than 1, or without a message.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprint(e.err) }

func main() {
	var c commands
	parser, err := kong.New(
		&c,
		kong.Name("reliefgraph"),
		kong.UsageOnError(),
		defaultLimits(),
		kong.Vars{"version": version()},
		kong.Description(
			"Which townships and departments have disclosed what the standard catalog for disaster relief obliges them to, on any date, and where the gaps are.",
		),
	)
	if err != nil {
		panic(err) // the commands above do not fit the library
	}
	parsed, err := parser.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "reliefgraph:", shown(err))
		fmt.Fprintln(os.Stderr, "run reliefgraph --help for the commands and their settings")
		os.Exit(exitUsage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal a second one ends the program at once.
	context.AfterFunc(ctx, stop)
	slog.SetDefault(c.log())
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = told(ctx, parsed.Selected().Name, parsed.Run())
	stop()
	if err == nil {
		return
	}
	code := exitRefused
	if exit, ok := errors.AsType[*exitError](err); ok {
		code, err = exit.code, exit.err
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reliefgraph:", shown(err))
	}
	os.Exit(code)
}

// version is that of the program, as it was built.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "reliefgraph, of no known version"
	}
	return fmt.Sprintf("reliefgraph %s, %s", build.Main.Version, build.GoVersion)
}

// shown is an error as a terminal may have it: without passwords, and with nothing
// that the terminal would obey.
func shown(err error) string { return problem.VisibleLines(masked(err.Error())) }

func (c *commands) log() *slog.Logger {
	var level slog.Level
	level.UnmarshalText([]byte(c.LogLevel)) //nolint:errcheck // kong has checked it
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: maskAttribute}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
