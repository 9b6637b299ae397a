using System.Buffers.Binary;
using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>Every message accounted for by its delivery mode, over networks of every kind. <c>RPC_UDP_SOAK=n</c> runs n times as many messages.</summary>
public sealed class SoakTests
{
    private static readonly int s_scale = int.TryParse(Environment.GetEnvironmentVariable("RPC_UDP_SOAK"), out var scale) && scale > 0 ? scale : 1;

    public static TheoryData<double, int, double, double> Networks()
    {
        var data = new TheoryData<double, int, double, double>();
        foreach (var loss in new[] { 0, 0.02, 0.05, 0.2 })
        {
            foreach (var delay in new[] { 0, 10, 100 })
            {
                foreach (var reordering in new[] { 0, 0.3 })
                {
                    data.Add(loss, delay, reordering, reordering > 0 ? 0.01 : 0);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_message_is_accounted_for_by_its_delivery_mode(double loss, int delay, double reordering, double corruption)
    {
        var conditions = new NetworkConditions
        {
            Loss = loss,
            BurstLoss = loss / 10,
            Delay = TimeSpan.FromMilliseconds(delay / 2.0),
            Jitter = TimeSpan.FromMilliseconds(delay / 20.0),
            Reordering = reordering,
            Duplication = reordering / 10,
            Corruption = corruption,
        };
        var pair = new SimulatedPair(conditions, seed: (int)(loss * 100) + delay + (int)(reordering * 10));
        var account = new Account(2_000 * s_scale);
        pair.OnServerMessage = account.OnReceived;
        pair.OnClientMessage = static _ => { };
        while (account.TrySendSome(pair))
        {
            pair.Run(0.005);
        }

        pair.Client.End();
        Assert.True(pair.RunUntil(() => pair.Client.IsEndAcknowledged && pair.Server.IsPeerEnded), $"The end was not delivered: {pair.Client.Failure?.Message} {pair.Server.Failure?.Message} {pair.Describe()}");
        pair.Run(1);
        account.AssertComplete(loss + corruption == 0);
        Assert.Null(pair.Client.Failure);
        Assert.Null(pair.Server.Failure);
    }

    /// <summary>What was sent, and what may be made of it.</summary>
    private sealed class Account(int count)
    {
        private readonly Random _random = new(count);
        private readonly Dictionary<int, (RpcDelivery Delivery, uint Lane)> _sent = [];
        private readonly HashSet<int> _received = [];
        private readonly Dictionary<(RpcDelivery, uint), int> _newest = [];
        private readonly Dictionary<uint, List<int>> _ordered = [];
        private int _next;

        internal bool TrySendSome(SimulatedPair pair)
        {
            for (var i = 0; i < 20 && _next < count; i++)
            {
                var delivery = (RpcDelivery)_random.Next(4);
                var lane = (uint)_random.Next(3);
                var isLarge = delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && _random.Next(20) == 0;
                var message = new byte[isLarge ? _random.Next(1_200, 16_000) : _random.Next(8, 300)];
                message.AsSpan(8).Fill((byte)_next);
                BinaryPrimitives.WriteInt32LittleEndian(message, _next);
                BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), message.Length);
                if (!pair.Send(pair.Client, message, delivery, lane, isRedundant: _random.Next(4) == 0))
                {
                    return true;
                }

                if (delivery == RpcDelivery.Ordered)
                {
                    (_ordered.TryGetValue(lane, out var list) ? list : _ordered[lane] = []).Add(_next);
                }

                _sent.Add(_next++, (delivery, lane));
            }

            return _next < count;
        }

        internal void OnReceived(byte[] message)
        {
            var number = BinaryPrimitives.ReadInt32LittleEndian(message);
            Assert.Equal(message.Length, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4)));
            Assert.Equal(-1, message.AsSpan(8).IndexOfAnyExcept((byte)number));
            Assert.True(_received.Add(number), $"Message {number} came twice.");
            var (delivery, lane) = _sent[number];
            switch (delivery)
            {
                case RpcDelivery.Sequenced:
                    Assert.True(number > _newest.GetValueOrDefault((delivery, lane), -1), $"Message {number} came after a newer one.");
                    _newest[(delivery, lane)] = number;
                    break;
                case RpcDelivery.Ordered:
                    Assert.Equal(_ordered[lane][0], number);
                    _ordered[lane].RemoveAt(0);
                    break;
            }
        }

        internal void AssertComplete(bool isLossless)
        {
            Assert.DoesNotContain(_sent, sent => sent.Value.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && !_received.Contains(sent.Key));
            var unreliable = _sent.Count(static sent => sent.Value.Delivery == RpcDelivery.Unreliable);
            var arrived = _received.Count(number => _sent[number].Delivery == RpcDelivery.Unreliable);
            Assert.InRange(arrived, isLossless ? unreliable / 2 : 1, unreliable);
        }
    }
}
