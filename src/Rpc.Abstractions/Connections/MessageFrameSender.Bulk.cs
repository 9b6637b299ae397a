using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>Bulk: frames that may keep each other waiting, but nothing smaller. All under <c>_gate</c>.</content>
internal sealed partial class MessageFrameSender
{
    /// <summary>Frames above this size (bytes) are bulk.</summary>
    private const int BulkSize = 4 * 1024;

    // Those that take turns; those that wait for room at the peer, in order of arrival; the one whose messages go out.
    private readonly Queue<BulkFrame> _bulk = new();
    private readonly List<BulkFrame> _held = [];
    private BulkFrame? _turn;
    private ushort _nextTransfer;

    // Whether one that is held may have become able to go on.
    private bool _isLookDue;

    // How many frames are bulk of each lane that they share with small ones.
    private Dictionary<uint, int>? _bulkLanes;

    private bool HasNoBulk => _turn is null && _bulk.Count == 0 && _held.Count == 0;

    /// <summary>Whether a frame is bulk. In a lane, so is what follows one that is: else it could overtake.</summary>
    private bool IsBulk(int length, SendOptions options) => options.Delivery.Delivery switch
    {
        RpcDelivery.Reliable => length > BulkSize || IsInPieces(length),
        RpcDelivery.Ordered => Lanes.IsOfCall(options.Delivery.Lane) || IsInPieces(length) || _bulkLanes?.ContainsKey(options.Delivery.Lane) == true,
        _ => false,
    };

    private bool IsInPieces(int length) => length - FrameHeader.LengthSize > _transport.MaxMessageSize;

    private void AddBulk(OutgoingFrame frame, SendOptions options)
    {
        var bulk = new BulkFrame(frame, options);
        _queuedBytes += frame.Length;
        _bulk.Enqueue(bulk);
        if (IsLaneShared(bulk))
        {
            _bulkLanes ??= [];
            _bulkLanes.TryGetValue(bulk.Lane, out var count);
            _bulkLanes[bulk.Lane] = count + 1;
        }

        SendBulk();
    }

    /// <summary>Hands bulk over while the transport's queue is less than half full.</summary>
    private void SendBulk()
    {
        while (_queue.Count == 0 && !HasNoBulk && HasRoom())
        {
            if ((_turn ??= NextBulk()) is not { } bulk)
            {
                return;
            }

            var message = bulk.Next(_transport.MaxMessageSize, ref _nextTransfer);
            if (!TrySend(message, bulk.Options))
            {
                WaitForRoom();
                return;
            }

            _queuedBytes -= bulk.Sent();
            if (bulk.IsDone)
            {
                EndBulk(bulk);
            }
            else if (!bulk.IsInLane && _bulk.Count > 0)
            {
                // Large frames take turns, but for those that must arrive in order.
                _bulk.Enqueue(bulk);
                _turn = null;
            }
        }
    }

    /// <summary>The frame whose turn it is; null when there is none.</summary>
    private BulkFrame? NextBulk()
    {
        // What is held came before what is in the queue: in a lane it goes first.
        if (_isLookDue && TakeHeld() is { } held)
        {
            return held;
        }

        while (_bulk.Count > 0)
        {
            var bulk = _bulk.Dequeue();
            if (bulk.HasBegun || (!IsHeld(bulk, _held.Count) && TryBegin(bulk, isFirst: _held.Count == 0)))
            {
                return bulk;
            }

            _held.Add(bulk);
        }

        return null;
    }

    /// <summary>Takes the first of those that are held that may go on now.</summary>
    private BulkFrame? TakeHeld()
    {
        var isFirst = true;
        for (var i = 0; i < _held.Count; i++)
        {
            var bulk = _held[i];
            if (IsHeld(bulk, i))
            {
                continue;
            }

            if (TryBegin(bulk, isFirst))
            {
                _held.RemoveAt(i);
                return bulk;
            }

            isFirst = false;
        }

        _isLookDue = false;
        return null;
    }

    private bool TryBegin(BulkFrame bulk, bool isFirst) => bulk.Total <= _transport.MaxMessageSize || _budget.TryBegin(bulk.Total, isFirst);

    /// <summary>Whether a frame of the same lane is among the first that are held.</summary>
    private bool IsHeld(BulkFrame bulk, int count)
    {
        for (var i = 0; bulk.IsInLane && i < count; i++)
        {
            if (_held[i].IsInLane && _held[i].Lane == bulk.Lane)
            {
                return true;
            }
        }

        return false;
    }

    private void EndBulk(BulkFrame bulk)
    {
        if (bulk.HasBegun)
        {
            _budget.End(bulk.Total);
            _isLookDue = true;
        }

        if (IsLaneShared(bulk) && --_bulkLanes![bulk.Lane] == 0)
        {
            _bulkLanes.Remove(bulk.Lane);
        }

        bulk.Return();
        _turn = null;
    }

    private static bool IsLaneShared(BulkFrame bulk) => bulk.IsInLane && !Lanes.IsOfCall(bulk.Lane);

    private void DropBulk()
    {
        _turn?.Return();
        _turn = null;
        while (_bulk.Count > 0)
        {
            _bulk.Dequeue().Return();
        }

        foreach (var bulk in _held)
        {
            bulk.Return();
        }

        _held.Clear();
        _bulkLanes = null;
    }
}
