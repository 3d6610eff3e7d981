package io.bellwire.order;

import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Result;
import io.bellwire.log.Write;
import java.util.Set;

/**
 * The write that refuses: for a request that cannot be done now but may have been done before, so that the repetition of one
 * whose answer got lost is given that answer.
 */
public record RefuseOrder(Refusal refusal) implements Write<Result<Refusal>> {
    private static final int BYTES = 64;

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Result<Refusal> decide(Group group) {
        return new Result.Refused<>(refusal);
    }
}
