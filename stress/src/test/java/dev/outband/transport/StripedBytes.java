package dev.outband.transport;

import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.util.UUID;

/** An object that comes over two streams. */
final class StripedBytes {

  static final byte[] WHOLE = {1, 2, 3, 4};

  private StripedBytes() {}

  /** Announces a stripe and opens the sink for it. */
  static void open(Stripes stripes, int stream) throws IOException, TransferException {
    OpenRequest request =
        new OpenRequest(
            Protection.PRIVACY,
            Direction.TO_LISTENER,
            WHOLE.length,
            0,
            stream,
            2,
            new UUID(1, stream),
            4096,
            "tag");
    stripes.announced(request);
    stripes.open(request, null);
  }
}
