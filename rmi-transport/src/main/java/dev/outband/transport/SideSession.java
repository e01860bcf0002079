package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;

/** A session beside the object's own: whatever befalls it ends it, and nothing else. */
interface SideSession extends Session {

  /** Ends it; idempotent. */
  void end(String why);

  @Override
  default void ended() {
    end("the other end closed it");
  }

  @Override
  default void lost(IOException why) {
    end(String.valueOf(why.getMessage()));
  }

  @Override
  default void broken(TransferException why) {
    end(why.getMessage());
  }

  @Override
  default void abandoned(TransferException why) {
    end(why.getMessage());
  }
}
