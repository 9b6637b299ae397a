namespace Rpc.Transport.Udp.Protocol;

/// <summary>Is told what became of the packets that were sent.</summary>
internal interface ISentPacketHandler
{
    void OnAcknowledged(SentPacket packet);

    void OnLost(SentPacket packet);

    /// <summary>It arrived, and the peer had no room for what it carried.</summary>
    void OnRefused(SentPacket packet);
}
