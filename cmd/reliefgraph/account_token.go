package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// accountTokenCommand manages tokens: those of a program are made by command alone.
type accountTokenCommand struct {
	Add  tokenAddCommand  `cmd:"" help:"Make a further token of an account, and print it: it is not shown again."`
	List tokenListCommand `cmd:"" help:"List the tokens of an account, the newest first, by their keys."`
	End  tokenEndCommand  `cmd:"" help:"End a token at once."`
}

// tokenFlags are what a token is good for.
type tokenFlags struct {
	Expires          string   `help:"Last day on which the token is good, less than a year from now; none: a year." placeholder:"DAY"`
	ReadOnly         bool     `help:"It writes nothing."`
	TrustedDocuments bool     `help:"It asks documents that the server trusts, and no others."`
	Network          []string `help:"From where alone it is good, as 10.1.0.0/16; may be given more than once." placeholder:"NETWORK"`
}

func (f tokenFlags) given() bool {
	return f.Expires != "" || f.ReadOnly || f.TrustedDocuments || len(f.Network) > 0
}

// token reads them.
func (f tokenFlags) token() (token store.Token, err error) {
	token = store.Token{ReadOnly: f.ReadOnly, TrustedDocuments: f.TrustedDocuments}
	if f.Expires != "" {
		day, err := calendar.ParseDay(f.Expires)
		if err != nil {
			return token, fmt.Errorf("--expires: %w", err)
		}
		token.ExpiresAt = (day + 1).Time()
	}
	token.Networks, err = account.ParseNetworks(f.Network)
	return token, err
}

type tokenAddCommand struct {
	databaseSettings
	Name  string `arg:"" help:"The account."`
	Label string `help:"What it is for; none: the account's name." placeholder:"TEXT"`
	tokenFlags
	DueDays bool `help:"It shows due days as a calendar, and nothing else."`
}

// Run makes the token.
func (c *tokenAddCommand) Run(ctx context.Context) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	if token.Label = c.Label; token.Label == "" {
		token.Label = c.Name
	}
	if c.DueDays {
		token.Purpose, token.ReadOnly = store.ForDueDays, true
	}
	return c.accounts(ctx, "token add", func(_ *database, accounts *register.Accounts) error {
		secret, err := accounts.AddToken(ctx, c.Name, token)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(os.Stdout, secret)
		return err
	})
}

type tokenListCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
}

// Run lists the tokens, a line each.
func (c *tokenListCommand) Run(ctx context.Context) error {
	db, err := c.present(ctx, "account")
	if err != nil {
		return err
	}
	defer db.Close()
	tokens, err := tokensOf(ctx, db, c.Name)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for i := range tokens {
		listToken(out, &tokens[i])
	}
	return out.Flush()
}

func tokensOf(ctx context.Context, db *database, name string) ([]store.Token, error) {
	found, err := db.AccountsByName(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, register.UnknownAccount(name)
	}
	return db.Tokens(ctx, found[0].ID)
}

// shortKey names a token of an account by a part of its hash, which says nothing of it.
func shortKey(t *store.Token) string { return hex.EncodeToString(t.Hash[:8]) }

func listToken(out io.Writer, t *store.Token) {
	good := "reads and writes"
	switch {
	case t.Purpose == store.ForDueDays:
		good = "due days"
	case t.ReadOnly:
		good = "reads only"
	}
	if t.TrustedDocuments {
		good += ", trusted documents"
	}
	for i, network := range t.Networks {
		good += []string{", from ", " "}[min(i, 1)] + network.String()
	}
	state := "until " + minute(t.ExpiresAt)
	if !t.EndedAt.IsZero() {
		state = "ended " + minute(t.EndedAt)
	}
	used := "never used"
	if !t.LastUsedAt.IsZero() {
		used = "last used " + minute(t.LastUsedAt)
	}
	fmt.Fprintln(out, strings.Join([]string{shortKey(t), t.Label, good, "made " + minute(t.MadeAt), state, used}, "\t"))
}

// minute writes an instant as a clock in China shows it.
func minute(at time.Time) string { return at.In(calendar.Shanghai).Format("2006-01-02 15:04") }

type tokenEndCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
	Key  string `arg:"" help:"The token's key, as it is listed."`
}

// Run ends the token.
func (c *tokenEndCommand) Run(ctx context.Context) error {
	return c.accounts(ctx, "token end", func(db *database, accounts *register.Accounts) error {
		tokens, err := tokensOf(ctx, db, c.Name)
		if err != nil {
			return err
		}
		var hash []byte
		for i := range tokens {
			if shortKey(&tokens[i]) == c.Key {
				hash = tokens[i].Hash
			}
		}
		return accounts.EndToken(ctx, c.Name, hash)
	})
}
