package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// accountCommand manages accounts, where no security administrator does it on the pages.
type accountCommand struct {
	Add      accountAddCommand      `cmd:"" help:"Make an account; its password is read from standard input."`
	List     accountListCommand     `cmd:"" help:"List the accounts with their grants."`
	Disable  accountDisableCommand  `cmd:"" help:"End what an account may do, its sessions and tokens with it."`
	Enable   accountEnableCommand   `cmd:"" help:"Let an account that was disabled do again what it is granted; its tokens stay ended."`
	Password accountPasswordCommand `cmd:"" help:"Give an account another password, read from standard input; its sessions end."`
	Grant    accountGrantCommand    `cmd:"" help:"Give an account a role."`
	Revoke   accountRevokeCommand   `cmd:"" help:"End a role of an account at once."`
	Token    accountTokenCommand    `cmd:"" help:"Make, list and end the tokens by which programs ask."`
	Bind     accountBindCommand     `cmd:"" help:"Let somebody known to the provider of OpenID Connect sign in as an account; its sessions end."`
	Unbind   accountUnbindCommand   `cmd:"" help:"Let nobody sign in by the provider as an account; its sessions end."`
}

// accounts opens what writes accounts, in the name of a command of `account`.
func (s databaseSettings) accounts(ctx context.Context, command string, do func(*database, *register.Accounts) error) error {
	start := embeddedpg.OpenMade
	if command == "add" { // it may be the first that is done
		start = embeddedpg.Open
	}
	db, err := s.migrated(ctx, "account", start, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db, register.NewAccounts(db.Store, time.Now, byCommand("account "+command)))
}

type accountAddCommand struct {
	databaseSettings
	Name    string   `arg:"" help:"Its name, by which it signs in."`
	Display string   `help:"Its name as people read it." placeholder:"TEXT"`
	Grant   []string `help:"What it may do: ROLE, or ROLE:NODE, or ROLE:NODE:SELF or SUBTREE." sep:"none" placeholder:"GRANT"`
	Reason  string   `help:"Why it is granted; asked for on a terminal." placeholder:"TEXT"`
	Token   bool     `help:"Make the account of a program, and print a token for it: it is not shown again."`
	tokenFlags
}

// Run makes the account.
func (c *accountAddCommand) Run(ctx context.Context) error {
	adding := register.NewAccount{Account: account.Account{Name: c.Name, DisplayName: c.Display, Program: c.Token}}
	for _, text := range c.Grant {
		grant, err := account.ParseGrant(text)
		if err != nil {
			return err
		}
		adding.Grants = append(adding.Grants, grant)
	}
	if !c.Token && c.given() {
		return &exitError{
			exitUsage,
			errors.New("--expires, --read-only, --trusted-documents and --network are of a token; give --token too, or leave them out"),
		}
	}
	token, err := c.token()
	if err != nil {
		return err
	}
	if len(adding.Grants) > 0 {
		if adding.Reason, err = readReason(c.Reason); err != nil {
			return err
		}
	}
	if !c.Token {
		if adding.Password, err = readPassword(); err != nil {
			return err
		}
	}
	return c.accounts(ctx, "add", func(_ *database, accounts *register.Accounts) error {
		if !c.Token {
			return accounts.Add(ctx, adding)
		}
		token.Label = c.Name
		secret, err := accounts.AddProgram(ctx, adding, token)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(os.Stdout, secret)
		return err
	})
}

// readReason is why something is granted: as it was given, else what is typed on a
// terminal, which may be nothing.
func readReason(given string) (string, error) {
	if given != "" || !term.IsTerminal(int(os.Stdin.Fd())) {
		return given, nil
	}
	fmt.Fprint(os.Stderr, "reason: ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the reason: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// longestPassword is more than a password may have.
const longestPassword = 32 << 10

// readPassword reads a password: from a terminal twice and unseen, else the first line.
func readPassword() (string, error) {
	if input := int(os.Stdin.Fd()); term.IsTerminal(input) {
		var typed [2]string
		for i, prompt := range []string{"password: ", "once more: "} {
			fmt.Fprint(os.Stderr, prompt)
			text, err := term.ReadPassword(input)
			fmt.Fprintln(os.Stderr)
			if err != nil {
				return "", fmt.Errorf("reading the password: %w", err)
			}
			typed[i] = string(text)
		}
		if typed[0] != typed[1] {
			return "", errors.New("the two passwords differ; try again")
		}
		return typed[0], nil
	}
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, longestPassword)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("no password came on standard input; write it there, on a line of its own")
	}
	return line, nil
}

type accountListCommand struct{ databaseSettings }

// Run lists the accounts, a line each, with a line for each grant below.
func (c *accountListCommand) Run(ctx context.Context) error {
	db, err := c.present(ctx, "account")
	if err != nil {
		return err
	}
	defer db.Close()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	const together = 500
	for after := ""; ; {
		page, err := db.Accounts(ctx, "", after, together)
		if err != nil {
			return err
		}
		for i := range page {
			listAccount(out, &page[i])
		}
		if len(page) < together {
			return out.Flush()
		}
		after = page[len(page)-1].Name
	}
}

func listAccount(out io.Writer, a *store.HeldAccount) {
	kind, state := "person", ""
	if a.Program {
		kind = "program"
	}
	if a.Disabled {
		state = "disabled"
	}
	if a.Subject != "" {
		state = strings.TrimSpace(state + " bound to " + a.Subject)
	}
	fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", a.Name, kind, a.DisplayName, state)
	for i := range a.History {
		g := &a.History[i]
		days := "from " + g.From.String()
		if g.To != calendar.None {
			days += " to " + g.To.String()
		}
		if !g.EndedAt.IsZero() {
			days += ", ended " + calendar.DayOf(g.EndedAt).String() + " by " + g.EndedBy
		}
		fmt.Fprintf(out, "  %s\t%s\tby %s\t%s\n", &g.Grant, days, g.GrantedBy, g.Reason)
	}
}

type accountDisableCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
}

// Run disables the account.
func (c *accountDisableCommand) Run(ctx context.Context) error {
	return c.accounts(ctx, "disable", func(_ *database, accounts *register.Accounts) error { return accounts.Disable(ctx, c.Name) })
}

type accountEnableCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
}

// Run enables the account.
func (c *accountEnableCommand) Run(ctx context.Context) error {
	return c.accounts(ctx, "enable", func(_ *database, accounts *register.Accounts) error { return accounts.Enable(ctx, c.Name) })
}

type accountPasswordCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
}

// Run changes the password.
func (c *accountPasswordCommand) Run(ctx context.Context) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return c.accounts(ctx, "password", func(_ *database, accounts *register.Accounts) error {
		return accounts.SetPassword(ctx, c.Name, password)
	})
}

// grantDays are the days of a grant.
type grantDays struct {
	From string `help:"First day of it; none: today, or any that it was given." placeholder:"DAY"`
	To   string `help:"Last day of it; none: it has no end, or any that it was given." placeholder:"DAY"`
}

// grant reads a grant with its days.
func (d grantDays) grant(text string) (grant account.Grant, err error) {
	if grant, err = account.ParseGrant(text); err != nil {
		return grant, err
	}
	for _, day := range []struct {
		flag, text string
		into       *calendar.Day
	}{{"--from", d.From, &grant.From}, {"--to", d.To, &grant.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = calendar.ParseDay(day.text); err != nil {
			return grant, fmt.Errorf("%s: %w", day.flag, err)
		}
	}
	return grant, nil
}

type accountGrantCommand struct {
	databaseSettings
	Name  string `arg:"" help:"The account."`
	Grant string `arg:"" help:"ROLE, or ROLE:NODE, or ROLE:NODE:SELF or SUBTREE."`
	grantDays
	Reason string `help:"Why it is given; asked for on a terminal." placeholder:"TEXT"`
}

// Run gives the grant.
func (c *accountGrantCommand) Run(ctx context.Context) error {
	grant, err := c.grant(c.Grant)
	if err != nil {
		return err
	}
	reason, err := readReason(c.Reason)
	if err != nil {
		return err
	}
	return c.accounts(ctx, "grant", func(_ *database, accounts *register.Accounts) error {
		return accounts.Grant(ctx, c.Name, grant, reason)
	})
}

type accountRevokeCommand struct {
	databaseSettings
	Name  string `arg:"" help:"The account."`
	Grant string `arg:"" help:"The grant, as it was given."`
	grantDays
}

// Run ends the grant.
func (c *accountRevokeCommand) Run(ctx context.Context) error {
	grant, err := c.grant(c.Grant)
	if err != nil {
		return err
	}
	return c.accounts(ctx, "revoke", func(_ *database, accounts *register.Accounts) error { return accounts.Revoke(ctx, c.Name, grant) })
}
