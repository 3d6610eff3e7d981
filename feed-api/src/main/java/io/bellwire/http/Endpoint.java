package io.bellwire.http;

import java.util.concurrent.CompletionStage;

/**
 * Answers the requests of one route. It may be called by many threads at once and must not block: what reads the log
 * runs in {@code EventLog.onReader}. A {@link ProblemException}, thrown or in the stage, is answered as its problem;
 * any other failure is answered with 500, or 503 if the log cannot be used.
 *
 * <pre>{@code
 * ApiRoute.get("/v1/devices/{id}", Access.OPERATOR_OR_OWNER, Set.of(), call -> registry.find(call.feed())
 *         .thenApply(found -> ApiResponse.json(200, json(found.orElseThrow(call::noSuchAccount)))));
 * }</pre>
 */
interface Endpoint {
    CompletionStage<ApiResponse> answer(ApiCall call);
}
