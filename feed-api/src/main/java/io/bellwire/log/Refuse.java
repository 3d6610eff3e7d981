package io.bellwire.log;

import java.util.Set;

/**
 * The write that refuses: for a request that cannot be done now but may have been done before. {@link Once} looks at its key
 * first, and so gives a repetition the first answer.
 */
public record Refuse<R>(R why) implements Write<Result<R>> {
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
    public Result<R> decide(Group group) {
        return new Result.Refused<>(why);
    }
}
