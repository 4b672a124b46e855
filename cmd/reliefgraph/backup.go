package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// largestSecret is far more than a passphrase or keys take.
const largestSecret = 64 << 10

type backupCommand struct {
	logSettings
	File           string   `arg:"" help:"File to write; only its owner may read it. None of that name may be there."`
	Recipients     []string `name:"recipient" help:"Encrypt for this public key of age." placeholder:"KEY"`
	PassphraseFile string   `help:"Encrypt by the passphrase that is the first line of this file." placeholder:"FILE"`
}

// Run writes a backup. The schema is left as it is.
func (c *backupCommand) Run(ctx context.Context) error {
	recipients, err := recipientsOf(ctx, c.Recipients, c.PassphraseFile)
	if err != nil {
		return err
	}
	db, err := c.open(ctx, "backup", embeddedpg.OpenMade, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	log, err := c.presentLog(ctx, db)
	if err != nil {
		return err
	}
	m, err := backup.WriteFile(ctx, db.Store, log, c.File, recipients)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %s of %s as of %s\n", c.File, problem.Counted(m.Rows(), "row", "rows"),
		problem.Counted(len(m.Tables), "table", "tables"), m.At.Format("2006-01-02 15:04:05Z07:00"))
	if len(recipients) == 0 {
		fmt.Println("it is not encrypted: whoever reads it reads everything in it, the hashes of passwords too")
	}
	return nil
}

// presentLog is the log of a database that has the program's schema, else nil.
func (s *logSettings) presentLog(ctx context.Context, db *database) (*audit.Log, error) {
	migrated, err := db.HasSchema(ctx)
	if err != nil || !migrated {
		return nil, err
	}
	return s.log(ctx, db)
}

// recipientsOf are whom a backup is encrypted for; none: it is not.
func recipientsOf(ctx context.Context, keys []string, passphraseFile string) ([]age.Recipient, error) {
	if len(keys) > 0 && passphraseFile != "" {
		return nil, &exitError{exitUsage, errors.New("give a recipient or a passphrase, not both")}
	}
	if passphraseFile != "" {
		passphrase, err := passphraseIn(ctx, passphraseFile)
		if err != nil {
			return nil, err
		}
		recipient, err := age.NewScryptRecipient(passphrase)
		return []age.Recipient{recipient}, err
	}
	if len(keys) == 0 {
		return nil, nil
	}
	recipients, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, &exitError{
			exitUsage,
			fmt.Errorf("the recipient cannot be read: %w; give a public key as age-keygen prints it (age1…)", err),
		}
	}
	return recipients, nil
}

func passphraseIn(ctx context.Context, file string) (string, error) {
	content, err := secretIn(ctx, file, largestSecret)
	if err != nil {
		return "", fmt.Errorf("reading the passphrase: %w", err)
	}
	passphrase, _, _ := strings.Cut(string(content), "\n")
	if passphrase = strings.TrimSuffix(passphrase, "\r"); passphrase == "" {
		return "", fmt.Errorf("the file %s has no passphrase in its first line", file)
	}
	return passphrase, nil
}

// identitiesOf are what opens an encrypted backup.
func identitiesOf(ctx context.Context, passphraseFile, identityFile string) (identities []age.Identity, err error) {
	if passphraseFile != "" {
		passphrase, err := passphraseIn(ctx, passphraseFile)
		if err != nil {
			return nil, err
		}
		identity, err := age.NewScryptIdentity(passphrase)
		if err != nil {
			return nil, err
		}
		identities = append(identities, identity)
	}
	if identityFile != "" {
		content, err := secretIn(ctx, identityFile, largestSecret)
		if err != nil {
			return nil, fmt.Errorf("reading the key: %w", err)
		}
		keys, err := age.ParseIdentities(strings.NewReader(string(content)))
		if err != nil {
			return nil, fmt.Errorf("%s holds no key of age: %w", identityFile, err)
		}
		identities = append(identities, keys...)
	}
	return identities, nil
}
