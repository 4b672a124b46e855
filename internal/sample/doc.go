// Package sample makes worlds as import files: the demo world, of real places,
// catalogs, calendars and money (data/SOURCES.md) with made-up disclosures, news
// and movements that are marked 示例; and synthetic worlds of any size. The same
// seed makes the same world.
package sample
