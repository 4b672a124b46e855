package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// traces begins to send traces where OpenTelemetry's variables say so, and returns
// what ends that; nil where they do not. Nothing is sent by default.
func traces(ctx context.Context) (*sdktrace.TracerProvider, error) {
	endpoint := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	if endpoint == "" || strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nil
	}
	address, err := url.Parse(endpoint)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return nil, &exitError{exitUsage, errors.New("OTEL_EXPORTER_OTLP_ENDPOINT: write it as http://name:4318")}
	}
	for name, value := range map[string]string{
		"OTEL_TRACES_EXPORTER": os.Getenv("OTEL_TRACES_EXPORTER"),
		"OTEL_EXPORTER_OTLP_PROTOCOL": cmp.Or(
			os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL")),
	} {
		if !slices.Contains([]string{"", "otlp", "http/protobuf"}, value) {
			return nil, &exitError{exitUsage, fmt.Errorf("%s: traces are sent by otlp over http/protobuf alone, not by %q", name, value)}
		}
	}
	exporter, err := otlptracehttp.New(ctx) // which reads all else
	if err != nil {
		return nil, fmt.Errorf("beginning to send traces: %w", err)
	}
	about, err := resource.New(
		ctx,
		resource.WithAttributes(attribute.String("service.name", "reliefgraph")),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv(),
	)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("traces could not be sent", "error", err) }))
	slog.Info("traces are sent", "to", address.Redacted())
	return sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)), nil
}

// sentWithin is how long the last traces may take at the end.
const sentWithin = 5 * time.Second

// sendLast sends the traces that are left.
func sendLast(traces *sdktrace.TracerProvider) {
	if traces == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), sentWithin)
	defer cancel()
	if err := traces.Shutdown(ctx); err != nil {
		slog.Warn("the last traces could not be sent", "error", err)
	}
}
