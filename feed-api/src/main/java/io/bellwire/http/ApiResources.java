package io.bellwire.http;

import io.bellwire.admission.FailedLogins;
import io.bellwire.feed.RateLimits;
import io.bellwire.feed.ServiceRateEstimate;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Time, chance, rates and metrics for the HTTP API.
 *
 * @param timer ends waits, and checks the streams of signals
 * @param limits how often callers may send requests
 * @param failedLogins how long a caller has to wait because tokens were not known
 * @param serviceRate learns what reads of feeds cost
 * @param clock the wall clock, for the ids of orders
 * @param meters all metrics of the process; its clock measures time
 */
public record ApiResources(
        ScheduledExecutorService timer,
        RateLimits limits,
        FailedLogins failedLogins,
        ServiceRateEstimate serviceRate,
        Clock clock,
        SecureRandom random,
        PrometheusMeterRegistry meters) {}
