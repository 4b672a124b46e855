// Package signin is how accounts prove who they are: passwords, tokens and sessions,
// of which hashes alone are kept, and how often one may be wrong.
package signin
