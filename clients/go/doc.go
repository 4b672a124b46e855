// Package reliefgraph asks a reliefgraph server: one typed function for every
// operation of the contract, docs/contract/operations.graphql.
//
//	server := graphql.NewClient("http://127.0.0.1:8080/graphql", http.DefaultClient)
//	gaps, err := reliefgraph.Gaps(ctx, server, "533102", nil, nil, nil, nil, nil)
//
// The client is that of github.com/Khan/genqlient/graphql. An argument that is
// nil is left out, and the operation's default holds. Dates are YYYY-MM-DD,
// amounts decimal yuan with two places, both as text; instants are time.Time.
//
// What a server refuses is a gqlerror.List of github.com/vektah/gqlparser/v2,
// to be had by errors.As; each error's Extensions hold the code that
// docs/errors.md explains, under "code". Other errors are of the transport, as
// graphql.HTTPError.
//
// LiveCoverage and GapEvents are subscriptions, for a client of
// graphql.NewClientUsingWebSocket; docs/live.md tells how to go on when it is cut.
package reliefgraph
