package main

import (
	"bufio"
	"cmp"
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
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// accountCommand manages accounts, where no security administrator does it on the pages.
type accountCommand struct {
	Add      accountAddCommand      `cmd:"" help:"Make an account; its password is read from standard input."`
	List     accountListCommand     `cmd:"" help:"List the accounts with their grants."`
	Disable  accountDisableCommand  `cmd:"" help:"End what an account may do, its sessions and tokens with it."`
	Password accountPasswordCommand `cmd:"" help:"Give an account another password, read from standard input; its sessions end."`
	Grant    accountGrantCommand    `cmd:"" help:"Give an account a role."`
	Revoke   accountRevokeCommand   `cmd:"" help:"End a role of an account at once."`
	Bind     accountBindCommand     `cmd:"" help:"Let somebody known to the provider of OpenID Connect sign in as an account; its sessions end."`
	Unbind   accountUnbindCommand   `cmd:"" help:"Let nobody sign in by the provider as an account; its sessions end."`
}

// accounts opens what writes accounts, in the name of the command.
func (s databaseSettings) accounts(ctx context.Context, do func(*database, *register.Accounts) error) error {
	db, err := s.migrated(ctx, "account", false, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db, register.NewAccounts(db.Store, time.Now, importedBy()))
}

type accountAddCommand struct {
	databaseSettings
	Name    string   `arg:"" help:"Its name, by which it signs in."`
	Display string   `help:"Its name as people read it." placeholder:"TEXT"`
	Grant   []string `help:"What it may do: ROLE, or ROLE:NODE, or ROLE:NODE:SELF or SUBTREE." sep:"none" placeholder:"GRANT"`
	Token   bool     `help:"Make the account of a program, and print a token for it: it is not shown again."`
	Expires string   `help:"Day until which the token is good, at most a year from now; none: a year." placeholder:"DAY"`
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
	if c.Expires != "" && !c.Token {
		return &exitError{exitUsage, errors.New("--expires is of a token; give --token too, or leave it out")}
	}
	expires, err := expiry(c.Expires)
	if err != nil {
		return err
	}
	if !c.Token {
		if adding.Password, err = readPassword(); err != nil {
			return err
		}
	}
	return c.accounts(ctx, func(_ *database, accounts *register.Accounts) error {
		if !c.Token {
			return accounts.Add(ctx, adding)
		}
		secret, err := accounts.AddProgram(ctx, adding, store.Token{Label: c.Name, ExpiresAt: expires})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(os.Stdout, secret)
		return err
	})
}

// expiry is the end of a day, or a year from now.
func expiry(text string) (time.Time, error) {
	if text == "" {
		return time.Now().AddDate(1, 0, 0), nil
	}
	day, err := calendar.ParseDay(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("--expires: %w", err)
	}
	return (day + 1).Time(), nil
}

// longestPassword is more than a password may have.
const longestPassword = 4096

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
	return c.accounts(ctx, func(db *database, _ *register.Accounts) error {
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
	})
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
	return c.accounts(ctx, func(_ *database, accounts *register.Accounts) error { return accounts.Disable(ctx, c.Name) })
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
	return c.accounts(ctx, func(_ *database, accounts *register.Accounts) error {
		return accounts.SetPassword(ctx, c.Name, password)
	})
}

type accountGrantCommand struct {
	databaseSettings
	Name   string `arg:"" help:"The account."`
	Grant  string `arg:"" help:"ROLE, or ROLE:NODE, or ROLE:NODE:SELF or SUBTREE."`
	From   string `help:"First day of it; none: today." placeholder:"DAY"`
	To     string `help:"Last day of it; none: it has no end." placeholder:"DAY"`
	Reason string `help:"Why it is given." placeholder:"TEXT"`
}

// Run gives the grant.
func (c *accountGrantCommand) Run(ctx context.Context) error {
	grant, err := account.ParseGrant(c.Grant)
	if err != nil {
		return err
	}
	for _, day := range []struct {
		flag, text string
		into       *calendar.Day
	}{{"--from", c.From, &grant.From}, {"--to", c.To, &grant.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = calendar.ParseDay(day.text); err != nil {
			return fmt.Errorf("%s: %w", day.flag, err)
		}
	}
	return c.accounts(ctx, func(_ *database, accounts *register.Accounts) error {
		return accounts.Grant(ctx, c.Name, grant, cmp.Or(c.Reason, "by command"))
	})
}

type accountRevokeCommand struct {
	databaseSettings
	Name  string `arg:"" help:"The account."`
	Grant string `arg:"" help:"The grant, as it was given."`
}

// Run ends the grant.
func (c *accountRevokeCommand) Run(ctx context.Context) error {
	grant, err := account.ParseGrant(c.Grant)
	if err != nil {
		return err
	}
	return c.accounts(ctx, func(_ *database, accounts *register.Accounts) error { return accounts.Revoke(ctx, c.Name, grant) })
}
