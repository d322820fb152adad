package portal_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetricsCountRoutesAndNameNoToken(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	s.browser().unlock(link, issued.Code)
	answer := httptest.NewRecorder()
	s.Metrics().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	text := answer.Body.String()
	if !strings.Contains(text, `sealform_requests_total{method="POST",route="/d/:token/unlock",status="303"} 1`) {
		t.Errorf("the unlock was not counted by its route:\n%s", text)
	}
	if strings.Contains(text, issued.Token) || strings.Contains(text, issued.ID.String()) {
		t.Error("metrics hold a token or an id")
	}
}
