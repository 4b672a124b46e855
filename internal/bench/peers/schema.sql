-- The same rows for a server that makes its interface from tables: with the foreign keys from which it finds
-- what hangs together, and the index that the question asks for.
CREATE SCHEMA peer;
CREATE TABLE peer.place AS SELECT code, name, parent_code FROM node;
ALTER TABLE peer.place ADD PRIMARY KEY (code), ADD FOREIGN KEY (parent_code) REFERENCES peer.place;
CREATE INDEX ON peer.place (parent_code, code);
CREATE TABLE peer.catalog_entry AS SELECT entry_code AS code, item FROM catalog_entry WHERE catalog_code = 'CN-2019';
ALTER TABLE peer.catalog_entry ADD PRIMARY KEY (code);
CREATE TABLE peer.disclosure AS SELECT ref, publisher_code, entry_code, title, published_on, listed_on FROM disclosure
	WHERE attribute = 0 AND published_on <= DATE '2026-11-24';
ALTER TABLE peer.disclosure ADD PRIMARY KEY (ref), ADD FOREIGN KEY (publisher_code) REFERENCES peer.place,
	ADD FOREIGN KEY (entry_code) REFERENCES peer.catalog_entry;
CREATE INDEX ON peer.disclosure (publisher_code, listed_on DESC, ref);
ANALYZE peer.place, peer.catalog_entry, peer.disclosure;
