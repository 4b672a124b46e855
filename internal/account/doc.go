// Package account says who may see and do what: accounts of people and programs,
// the grants that they hold, and what these let them do. Source: docs/design.md,
// Who may see and do what.
package account
