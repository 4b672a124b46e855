package model

import (
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
)

// mostSearch is how long a text to search for may be.
const mostSearch = 100

// Search finds nodes by code, name and, if asked, by initials in pinyin.
func (v *View) Search(text *string, level *area.Level, initials *bool, ask cursor.Ask) (*AdministrativeNodeConnection, error) {
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	search := area.Search{Text: strings.TrimSpace(valueOrZero(text)), Level: level, Initials: valueOrZero(initials)}
	if err := checkText("search", search.Text, mostSearch); err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.BySearch, search.Text, search.Level != nil, valueOrZero(search.Level), search.Initials)
	position, err := v.searchPosition(list, asked)
	if err != nil {
		return nil, err
	}
	found, total := v.Index.Tree.Search(search, position, asked.Backwards, asked.Rows+1)
	connection := &AdministrativeNodeConnection{AsOf: v.day(nil), TotalCount: total}
	connection.Edges, connection.PageInfo = paged(found, asked,
		func(f *area.Found) string {
			return list.Make(strconv.Itoa(int(f.Match)), v.Index.Tree.Node(f.Place).Code)
		},
		func(cursor string, f area.Found) AdministrativeNodeEdge {
			return AdministrativeNodeEdge{cursor, v.node(f.Place)}
		})
	return connection, nil
}

// searchPosition is where a page of nodes found begins.
func (v *View) searchPosition(list cursor.List, asked cursor.Wanted) (*area.Found, error) {
	parts, err := list.Read(asked, 2)
	if err != nil || parts == nil {
		return nil, err
	}
	match, err := strconv.Atoi(parts[0])
	if err != nil {
		return nil, asked.Foreign()
	}
	place := v.Index.Tree.RankOf(parts[1])
	if v.Index.Tree.Find(parts[1]) == area.Nowhere {
		place-- // it is there no more: the next one is not to be passed over
	}
	return &area.Found{Match: area.Match(match), Place: place}, nil
}
