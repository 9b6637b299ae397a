using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>How one frame is to be sent.</summary>
/// <param name="Delivery">Delivery, lane and redundancy, for a message transport.</param>
/// <param name="Low">Behind everything else.</param>
/// <param name="Lazy">Leave the flush to the pool, so that a run of one-way calls goes out together and the caller does not pay for the system call.</param>
internal readonly record struct SendOptions(MessageOptions Delivery = default, bool Low = false, bool Lazy = false);
