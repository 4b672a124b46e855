package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

func (v *View) lookAhead(ctx context.Context, places []area.Place) {}
