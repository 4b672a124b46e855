// Package signin is how accounts prove who they are: passwords, tokens and sessions,
// of which hashes alone are kept, a provider of OpenID Connect, and how often one may
// be wrong.
package signin
