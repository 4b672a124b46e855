package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/backup"
)

// nightlySettings say whether a server makes a backup every night.
type nightlySettings struct {
	BackupFolder         string   `help:"Folder in which a backup is made every night, by one of the servers that are told to; none: none is." env:"RELIEFGRAPH_BACKUP_FOLDER" placeholder:"DIR"`
	BackupKeep           int      `help:"Nightly backups kept." default:"14" env:"RELIEFGRAPH_BACKUP_KEEP"`
	BackupRecipients     []string `name:"backup-recipient" help:"Encrypt them for this public key of age." env:"RELIEFGRAPH_BACKUP_RECIPIENT" placeholder:"KEY"`
	BackupPassphraseFile string   `help:"Encrypt them by the passphrase that is the first line of this file." env:"RELIEFGRAPH_BACKUP_PASSPHRASE_FILE" placeholder:"FILE"`
}

// nightly is what makes them; nil where none are wanted. Root may read the passphrase.
func (s *nightlySettings) nightly(ctx context.Context, db *database) (*backup.Nightly, error) {
	if s.BackupFolder == "" {
		return nil, nil
	}
	if s.BackupKeep < 1 {
		return nil, &exitError{exitUsage, errors.New("--backup-keep: at least the newest backup is kept; give 1 or more")}
	}
	recipients, err := recipientsOf(ctx, s.BackupRecipients, s.BackupPassphraseFile)
	if err != nil {
		return nil, err
	}
	return &backup.Nightly{
		Store: db.Store, Folder: s.BackupFolder, Keep: s.BackupKeep, Recipients: recipients, Log: slog.Default(), Now: time.Now,
	}, nil
}
