package export

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/fact"
)

const movementsQuestion = `query ExportMovements(
  $code: String!, $from: Date!, $to: Date!, $asOf: Date, $scope: Scope, $reliefClass: ReliefClass, $eventRef: String, $after: String
) {
  administrativeNode(code: $code) {
    relief(from: $from, to: $to, asOf: $asOf, scope: $scope, reliefClass: $reliefClass, eventRef: $eventRef) {
      movements(first: 500, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node {
          ref kind reliefClass eventRef funds goodsItem goodsQuantity goodsUnit households persons occurredOn documentNumber
          from { code name(asOf: $asOf) } to { code name(asOf: $asOf) } disclosure { ref title publishedOn }
        } }
      }
    }
  }
}`

const movementsToImport = `query ExportMovementsToImport(
  $code: String!, $from: Date!, $to: Date!, $asOf: Date, $scope: Scope, $reliefClass: ReliefClass, $eventRef: String, $after: String
) {
  administrativeNode(code: $code) {
    relief(from: $from, to: $to, asOf: $asOf, scope: $scope, reliefClass: $reliefClass, eventRef: $eventRef) {
      movements(first: 500, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node {
          ref kind from { code } to { code } reliefClass eventRef funds goodsItem goodsQuantity goodsUnit households persons occurredOn
          documentNumber disclosureRef
        } }
      }
    }
  }
}`

const moneyFields = `
fragment Money on ReliefFigures { received passedDown distributed balance disclosed }`

const moneyQuestion = `query ExportMoney(
  $code: String!, $from: Date!, $to: Date!, $asOf: Date, $scope: Scope, $reliefClass: ReliefClass, $eventRef: String
) {
  administrativeNode(code: $code) {
    relief(from: $from, to: $to, asOf: $asOf, scope: $scope, reliefClass: $reliefClass, eventRef: $eventRef) {
      total { ...Money }
      byClass { reliefClass figures { ...Money } }
      byChild { node { __typename code name(asOf: $asOf) level } figures { ...Money } }
      goods { item unit received passedDown distributed balance }
    }
  }
}` + moneyFields

const discrepanciesQuestion = `query ExportDiscrepancies(
  $of: String!, $from: Date!, $to: Date!, $asOf: Date, $scope: Scope, $reliefClass: ReliefClass, $eventRef: String,
  $first: Int, $locale: Locale
) {
  administrativeNode(code: $of) {
    relief(from: $from, to: $to, asOf: $asOf, scope: $scope, reliefClass: $reliefClass, eventRef: $eventRef) {
      discrepancyCount
      discrepancies(first: $first) {
        kind node { code name(asOf: $asOf) } reliefClass amount explanation(locale: $locale) movements { ref }
      }
    }
  }
}`

const childrenQuestion = `query ExportChildren($of: String!, $after: String) {
  administrativeNode(code: $of) {
    children(first: 500, after: $after) { pageInfo { hasNextPage endCursor } edges { node { code } } }
  }
}`

var reliefReport = &report{
	name: "relief", title: words{"救灾款物", "Relief"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, fromArgument, toArgument, asOfArgument, scopeArgument, classArgument, {name: "eventRef"}},
	rules:     []words{movementRule, moneyRule, digitsRule},
	imported: importOf(&fact.Movements, movementsToImport, "administrativeNode.relief.movements", map[string]held{
		"from_code":      {path: "from.code"},
		"to_code":        {path: "to.code"},
		"relief_class":   {width: 20},
		"funds_yuan":     {kind: money},
		"goods_quantity": {kind: quantity},
		"households":     {kind: integer},
		"persons":        {kind: integer},
		"disclosure_ref": {hidden: true},
	}),
	tables: func(s *session) []*table {
		return []*table{
			{
				title:   words{"流水", "Movements"},
				frozen:  2,
				columns: fixed(movementColumns),
				rows:    s.pages(movementsQuestion, "administrativeNode.relief.movements"),
			},
			{title: words{"按类别", "By class"}, columns: fixed(classColumns, within("figures", moneyColumns)), rows: s.moneyByClass},
			{
				title:   words{"按下级", "By child"},
				columns: fixed(within("node", nodeColumns), within("figures", moneyColumns)),
				rows:    s.list(moneyQuestion, "administrativeNode.relief.byChild"),
			},
			{title: words{"物资", "Goods"}, columns: fixed(goodsColumns), rows: s.list(moneyQuestion, "administrativeNode.relief.goods")},
			{title: words{"款物疑点", "Discrepancies"}, columns: fixed(discrepancyColumns), rows: s.discrepancies},
		}
	},
}

// discrepancies visits the doubts about the node, with all below it unless it
// alone is asked for. The interface gives them at once, not in pages: of a node
// with many, its own and those of each child are asked for instead.
func (s *session) discrepancies(ctx context.Context, visit func(record) error) error {
	code, _ := s.variables["code"].(string)
	if s.variables["scope"] == "SELF" {
		return s.ownDiscrepancies(ctx, code, visit)
	}
	return s.discrepanciesBelow(ctx, code, visit)
}

func (s *session) discrepanciesBelow(ctx context.Context, code string, visit func(record) error) error {
	const path, most = "administrativeNode.relief", 500
	answer := record{}
	err := s.question(ctx, discrepanciesQuestion, map[string]any{"of": code, "first": most}, &answer)
	if err != nil {
		return err
	}
	found, _ := answer.at(path + ".discrepancies").([]any)
	if fmt.Sprint(answer.at(path+".discrepancyCount")) == strconv.Itoa(len(found)) {
		return answer.each(path+".discrepancies", visit)
	}
	if err := s.ownDiscrepancies(ctx, code, visit); err != nil {
		return err
	}
	children := *s
	children.variables = maps.Clone(s.variables)
	children.variables["of"] = code
	return children.pages(childrenQuestion, "administrativeNode.children")(ctx, func(child record) error {
		of, _ := child["code"].(string)
		return s.discrepanciesBelow(ctx, of, visit)
	})
}

func (s *session) ownDiscrepancies(ctx context.Context, code string, visit func(record) error) error {
	answer := record{}
	if err := s.question(ctx, discrepanciesQuestion, map[string]any{"of": code, "scope": "SELF"}, &answer); err != nil {
		return err
	}
	return answer.each("administrativeNode.relief.discrepancies", visit)
}

// moneyByClass gives the classes, and all of them together last.
func (s *session) moneyByClass(ctx context.Context, visit func(record) error) error {
	if err := s.list(moneyQuestion, "administrativeNode.relief.byClass")(ctx, visit); err != nil {
		return err
	}
	answer, err := s.once(ctx, moneyQuestion)
	if err != nil {
		return err
	}
	return visit(record{"reliefClass": "TOTAL", "figures": answer.at("administrativeNode.relief.total")})
}

var movementColumns = []column{
	{key: "ref", title: words{"编号", "Ref"}, width: 18},
	{key: "kind", title: words{"种类", "Kind"}, kind: word, names: movementNames, width: 10},
	{key: "fromCode", path: "from.code", title: words{"拨出方代码", "From, code"}, width: 18},
	{key: "fromName", path: "from.name", title: words{"拨出方", "From"}, width: 22},
	{key: "toCode", path: "to.code", title: words{"接收方代码", "To, code"}, width: 18},
	{key: "toName", path: "to.name", title: words{"接收方", "To"}, width: 22},
	{key: "reliefClass", title: words{"救助类别", "Class"}, kind: word, names: classNames, width: 20},
	{key: "funds", title: words{"资金（元）", "Funds (yuan)"}, kind: money, width: 18},
	{key: "goodsItem", title: words{"物资", "Goods"}, width: 14},
	{key: "goodsQuantity", title: words{"数量", "Quantity"}, kind: quantity, width: 12},
	{key: "goodsUnit", title: words{"单位", "Unit"}, width: 8},
	{key: "households", title: words{"户数", "Households"}, kind: integer, width: 10},
	{key: "persons", title: words{"人数", "Persons"}, kind: integer, width: 10},
	{key: "occurredOn", title: words{"日期", "Occurred on"}, kind: day, width: 12},
	{key: "documentNumber", title: words{"文号", "Document number"}, width: 24},
	{key: "eventRef", title: words{"灾害事件", "Event"}, width: 16},
	{key: "disclosureRef", path: "disclosure.ref", title: words{"公开信息编号", "Disclosure ref"}, width: 18},
	{key: "disclosureTitle", path: "disclosure.title", title: words{"公开信息", "Disclosure"}, width: 44},
	{key: "disclosurePublishedOn", path: "disclosure.publishedOn", title: words{"公开日期", "Published on"}, kind: day, width: 12},
}

var classColumns = []column{{key: "reliefClass", title: words{"救助类别", "Class"}, kind: word, names: classNames, width: 24}}

var moneyColumns = []column{
	{key: "received", title: words{"收到（元）", "Received (yuan)"}, kind: money, width: 18},
	{key: "passedDown", title: words{"下拨（元）", "Passed down (yuan)"}, kind: money, width: 18},
	{key: "distributed", title: words{"发放到户（元）", "Distributed (yuan)"}, kind: money, width: 18},
	{key: "balance", title: words{"期内净额（元）", "Net in the period (yuan)"}, kind: money, width: 18},
	{key: "disclosed", title: words{"已公开（元）", "Disclosed (yuan)"}, kind: money, width: 18},
}

var goodsColumns = []column{
	{key: "item", title: words{"品名", "Item"}, width: 18},
	{key: "unit", title: words{"单位", "Unit"}, width: 8},
	{key: "received", title: words{"收到", "Received"}, kind: quantity, width: 14},
	{key: "passedDown", title: words{"下拨", "Passed down"}, kind: quantity, width: 14},
	{key: "distributed", title: words{"发放", "Distributed"}, kind: quantity, width: 14},
	{key: "balance", title: words{"期内净额", "Net in the period"}, kind: quantity, width: 14},
}

var discrepancyColumns = []column{
	{key: "kind", title: words{"种类", "Kind"}, kind: word, names: discrepancyNames, width: 10},
	{key: "nodeCode", path: "node.code", title: words{"代码", "Code"}, width: 18},
	{key: "nodeName", path: "node.name", title: words{"名称", "Name"}, width: 22},
	{key: "reliefClass", title: words{"救助类别", "Class"}, kind: word, names: classNames, width: 20},
	{key: "amount", title: words{"金额（元）", "Amount (yuan)"}, kind: money, width: 18},
	{key: "explanation", title: words{"说明", "Explanation"}, width: 80},
	{key: "movements", path: "movements.ref", title: words{"流水编号", "Movements"}, kind: list, width: 56},
}
