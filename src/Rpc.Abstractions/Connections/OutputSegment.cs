namespace Rpc.Connections;

/// <summary>Bytes that are written to the transport in one piece. The array belongs to the shared pool.</summary>
internal struct OutputSegment
{
    public byte[] Array;
    public int Start;
    public int End;
}
