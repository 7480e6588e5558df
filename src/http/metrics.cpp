#include "http/metrics.h"

#include <algorithm>
#include <sstream>

namespace syncline::http {

void Metrics::count(int status, std::int64_t took_ms) {
  ++by_class_[static_cast<std::size_t>(std::clamp(status / 100, 1, 5))];
  const auto bound = std::lower_bound(kBoundsMs.begin(), kBoundsMs.end(), took_ms);
  ++by_time_[static_cast<std::size_t>(bound - kBoundsMs.begin())];
  sum_ms_ += static_cast<std::uint64_t>(std::max<std::int64_t>(took_ms, 0));
}

std::string Metrics::text() const {
  std::ostringstream out;
  out << "# HELP syncline_http_requests_total Requests answered, by class of status.\n"
      << "# TYPE syncline_http_requests_total counter\n";
  for (std::size_t digit = 2; digit < by_class_.size(); ++digit) {
    out << "syncline_http_requests_total{status=\"" << digit << "xx\"} " << by_class_[digit] << "\n";
  }
  out << "# HELP syncline_http_request_duration_seconds Time from a request's head to its answer.\n"
      << "# TYPE syncline_http_request_duration_seconds histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < by_time_.size(); ++i) {
    sum += by_time_[i];
    out << "syncline_http_request_duration_seconds_bucket{le=\"";
    if (i < kBoundsMs.size())
      out << static_cast<double>(kBoundsMs[i]) / 1000;
    else
      out << "+Inf";
    out << "\"} " << sum << "\n";
  }
  out << "syncline_http_request_duration_seconds_sum " << static_cast<double>(sum_ms_) / 1000 << "\n"
      << "syncline_http_request_duration_seconds_count " << sum << "\n";
  return out.str();
}

Metrics& metrics() {
  static Metrics instance;
  return instance;
}

}  // namespace syncline::http
