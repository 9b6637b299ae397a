using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Rpc.Buffers;
using Rpc.Protocol;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Protocol;

/// <summary>Holds docs/protocol.md against the code.</summary>
public sealed class ProtocolPageTests
{
    [Fact]
    public void The_example_request_is_what_the_code_writes_and_takes_20_bytes()
    {
        var writer = new PayloadWriter(PayloadBuffer.Rent());
        writer.WriteObjectHeader(2);
        writer.WriteUnmanaged(1);
        writer.WriteUnmanaged(2);
        writer.Commit();
        var frame = new OutgoingFrame(writer.Buffer, RequestFrame.Prefix(writer.Buffer, 0, MethodId.Compute("Calc", "AddAsync")));
        Assert.Equal(Example("request"), frame.Span.ToArray());
        Assert.Equal(20, frame.Length);
    }

    [Fact]
    public void The_example_response_is_what_the_code_writes_and_takes_at_most_12_bytes()
    {
        var writer = new PayloadWriter(PayloadBuffer.Rent());
        writer.WriteUnmanaged(3);
        writer.Commit();
        var frame = new OutgoingFrame(writer.Buffer, ResponseFrame.Prefix(writer.Buffer, 0));
        Assert.Equal(Example("response"), frame.Span.ToArray());
        Assert.InRange(frame.Length, 1, 12);
    }

    [Fact]
    public void The_method_ids_of_the_page_are_those_of_the_code()
    {
        var rows = Regex.Matches(Page(), @"\| `([\w.]+)/(\w+)` \| `([0-9a-f]{8})` \|");
        Assert.Equal(2, rows.Count);
        Assert.All(rows, static row => Assert.Equal(
            uint.Parse(row.Groups[3].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), MethodId.Compute(row.Groups[1].Value, row.Groups[2].Value)));
    }

    [Fact]
    public void Every_frame_type_of_the_code_is_on_the_page_under_its_number()
    {
        var page = Page();
        Assert.All(Enum.GetValues<FrameType>(), type => Assert.Contains($"| `{(byte)type:X2}` | {type} |", page, StringComparison.Ordinal));
    }

    private static byte[] Example(string name)
    {
        var line = Regex.Match(Page(), $@"^{name} +((?:[0-9a-f]{{2}} +)+)(?=[0-9]+ bytes)", RegexOptions.Multiline).Groups[1].Value;
        return Convert.FromHexString(line.Replace(" ", string.Empty, StringComparison.Ordinal));
    }

    private static string Page([CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "protocol.md"));
}
