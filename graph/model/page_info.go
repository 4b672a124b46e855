package model

import "github.com/reliefgraph/reliefgraph/graph/cursor"

// PageInfo says how to go on in a list.
type PageInfo = cursor.Page

// Ask is the page of a list that is asked for.
type Ask = cursor.Ask
