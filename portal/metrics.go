package portal

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route pattern, never by path: a path may hold a
// token.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	return &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sealform_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sealform_request_seconds", Help: "Time to answer, in seconds.", Buckets: prometheus.DefBuckets}, []string{"route"}),
	}
}

func (m *metrics) count(c *fiber.Ctx, took time.Duration) {
	route := c.Route().Path
	m.requests.WithLabelValues(known(c.Method()), route, strconv.Itoa(c.Response().StatusCode())).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// known keeps made-up methods from making up time series.
func known(method string) string {
	switch method {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodPost:
		return method
	}
	return "other"
}

// Metrics serves the counts for Prometheus. It belongs on an address of its own
// that only the operator reaches.
func (p *Portal) Metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(p.metrics.requests, p.metrics.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
