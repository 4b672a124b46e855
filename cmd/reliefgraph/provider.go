package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/signin"
)

// providerSettings say by whom people sign in besides.
type providerSettings struct {
	OIDCIssuer           string `help:"Provider of OpenID Connect by which people sign in besides, as it writes itself; none: by nobody." name:"oidc-issuer" env:"RELIEFGRAPH_OIDC_ISSUER" placeholder:"ADDRESS" and:"oidc"`
	OIDCClientID         string `help:"What it calls this server." name:"oidc-client-id" env:"RELIEFGRAPH_OIDC_CLIENT_ID" placeholder:"ID" and:"oidc"`
	OIDCClientSecretFile string `help:"File of the secret by which it knows this server." name:"oidc-client-secret-file" env:"RELIEFGRAPH_OIDC_CLIENT_SECRET_FILE" placeholder:"FILE" and:"oidc"`
}

// provider is who signs people in, nil where nobody does. It is not asked yet.
func (c *providerSettings) provider(ctx context.Context) (*signin.Provider, error) {
	if c.OIDCIssuer == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	secret, err := secretIn(ctx, c.OIDCClientSecretFile, largestSecret)
	if err != nil {
		return nil, fmt.Errorf("reading --oidc-client-secret-file: %w", err)
	}
	provider, err := signin.NewProvider(c.OIDCIssuer, c.OIDCClientID, strings.TrimSpace(string(secret)))
	if err != nil {
		return nil, fmt.Errorf("--oidc-issuer, --oidc-client-id, --oidc-client-secret-file: %w", err)
	}
	return provider, nil
}

type accountBindCommand struct {
	databaseSettings
	Name       string `arg:"" help:"The account."`
	Subject    string `arg:"" help:"Who it is at the provider: the sub of its tokens."`
	OIDCIssuer string `help:"The provider of OpenID Connect, as it writes itself." name:"oidc-issuer" env:"RELIEFGRAPH_OIDC_ISSUER" placeholder:"ADDRESS" required:""`
}

// Run binds the account.
func (c *accountBindCommand) Run(ctx context.Context) error {
	return c.accounts(ctx, "bind", func(_ *database, accounts *register.Accounts) error {
		return accounts.Bind(ctx, c.Name, c.OIDCIssuer, c.Subject)
	})
}

type accountUnbindCommand struct {
	databaseSettings
	Name string `arg:"" help:"The account."`
}

// Run lets nobody sign in by the provider as the account.
func (c *accountUnbindCommand) Run(ctx context.Context) error {
	return c.accounts(ctx, "unbind", func(_ *database, accounts *register.Accounts) error { return accounts.Unbind(ctx, c.Name) })
}
