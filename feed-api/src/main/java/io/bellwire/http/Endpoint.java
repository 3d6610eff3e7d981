package io.bellwire.http;

import java.util.concurrent.CompletionStage;

/** Answers the calls of one route. Never blocks; a {@link ProblemException}, thrown or in the stage, is answered as such. */
interface Endpoint {
    CompletionStage<ApiResponse> answer(ApiCall call);
}
