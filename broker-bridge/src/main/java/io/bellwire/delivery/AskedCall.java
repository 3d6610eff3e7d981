package io.bellwire.delivery;

import io.bellwire.webhook.CallAttempt;
import java.util.concurrent.CompletableFuture;

/**
 * A call that somebody has asked for, beside the delivery of its endpoint. Immutable.
 *
 * @param isReplay whether it carries changes that the endpoint was called with before
 * @param first the first revision that it carries; 0 if it is not about the feed
 * @param last the last one
 * @param done is completed when the call has ended, or will not be made
 */
record AskedCall(CallBody body, boolean isReplay, long first, long last, CompletableFuture<CallAttempt> done) {}
