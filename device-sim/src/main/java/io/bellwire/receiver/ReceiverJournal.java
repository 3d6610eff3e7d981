package io.bellwire.receiver;

import java.io.IOException;
import java.util.List;

/** Keeps what a receiver has applied, in its order, over the end of its process. Implementations are thread-safe. */
public interface ReceiverJournal {
    /** All that is kept, oldest first. Throws if it is unreadable. */
    List<AppliedWork> load() throws IOException;

    /** Keeps {@code work}, all of it or nothing; a receiver answers 2xx only after this has returned. */
    void append(AppliedWork work) throws IOException;
}
