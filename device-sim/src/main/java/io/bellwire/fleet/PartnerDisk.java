package io.bellwire.fleet;

import io.bellwire.receiver.AppliedWork;
import io.bellwire.receiver.ReceiverJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The part of a simulated partner that outlives its process: the journal of what it has applied. Thread-safe. */
final class PartnerDisk {
    private final List<AppliedWork> journal = new ArrayList<>();
    private int mounts;

    /** The journal for the partner's next process. What earlier processes append fails from now on. */
    synchronized ReceiverJournal mount() {
        mounts++;
        return new Mount(mounts);
    }

    synchronized List<AppliedWork> journal() {
        return List.copyOf(journal);
    }

    /** Restores a backup that is {@code lost} entries old. */
    synchronized void restoreBackup(int lost) {
        int kept = Math.max(0, journal.size() - lost);
        journal.subList(kept, journal.size()).clear();
    }

    private synchronized void append(int mount, AppliedWork work) throws IOException {
        if (mount != mounts) {
            throw new IOException("the process that appends has been replaced");
        }
        journal.add(work);
    }

    private final class Mount implements ReceiverJournal {
        private final int number;

        private Mount(int number) {
            this.number = number;
        }

        @Override
        public List<AppliedWork> load() {
            return journal();
        }

        @Override
        public void append(AppliedWork work) throws IOException {
            PartnerDisk.this.append(number, work);
        }
    }
}
