using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Circular references, with a hand-written formatter of the shape that the generator emits.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void An_object_that_refers_to_itself_survives_the_round_trip()
    {
        var link = new Link { Number = 7 };
        link.Next = link;

        var bytes = Payload.Write(LinkFormatter.Instance, link);

        Assert.Equal("02" + "0402" + "00" + "07000000" + "fa00", Convert.ToHexStringLower(bytes));
        var read = Payload.Read(LinkFormatter.Instance, bytes)!;
        Assert.Equal(7, read.Number);
        Assert.Same(read, read.Next);
    }

    [Fact]
    public void Equal_objects_are_not_the_same()
    {
        var link = new Link { Number = 1, Next = new Link { Number = 1 } };

        var read = Payload.Read(LinkFormatter.Instance, Payload.Write(LinkFormatter.Instance, link))!;

        Assert.NotSame(read, read.Next);
        Assert.Null(read.Next!.Next);
    }

    [Fact]
    public void Ids_above_127_are_written_wide()
    {
        Link? chain = null;
        for (var i = 0; i < 130; i++)
        {
            chain = new Link { Number = i, Next = chain };
        }

        var last = chain!;
        while (last.Next is not null)
        {
            last = last.Next;
        }

        last.Next = last;
        var bytes = Payload.Write(LinkFormatter.Instance, chain);

        Assert.EndsWith("fa858100", Convert.ToHexStringLower(bytes), StringComparison.Ordinal);
        var read = Payload.Read(LinkFormatter.Instance, bytes)!;
        for (var i = 0; i < 129; i++)
        {
            read = read.Next!;
        }

        Assert.Same(read, read.Next);
    }

    [Theory]
    [InlineData("fa05")] // no object has the id
    [InlineData("fa00")]
    [InlineData("faff")] // a negative id
    [InlineData("fa81ffffffffffffffff")]
    [InlineData("fa")]
    [InlineData("fb")]
    [InlineData("fe")]
    [InlineData("020411" + "00" + "01000000" + "0204ff" + "00" + "02000000" + "ff")] // the id stands twice
    public void A_reference_to_nothing_is_a_typed_error(string hex) =>
        Assert.Throws<PayloadException>(() => Payload.ReadHex(LinkFormatter.Instance, hex));

    [Fact]
    public void A_reference_to_an_object_of_another_type_is_a_typed_error()
    {
        Assert.Throws<PayloadException>(() =>
        {
            var reader = new PayloadReader([0xFA, 0]);
            reader.RegisterReference(0, new object());
            reader.TryReadReference<Link>(out _);
        });
    }

    private sealed class Link
    {
        public int Number { get; set; }

        public Link? Next { get; set; }
    }

    private sealed class LinkFormatter : Formatter<Link>
    {
        public static readonly LinkFormatter Instance = new();

        public override int MinSize => 1;

        public override void Serialize(ref PayloadWriter writer, in Link? value)
        {
            if (value is null)
            {
                writer.WriteNullObjectHeader();
                return;
            }

            if (writer.TryWriteReference(value))
            {
                return;
            }

            var state = writer.BeginMembers(2);
            writer.WriteNewReference(value, ref state);
            writer.WriteUnmanaged(value.Number);
            writer.EndMember(ref state);
            Serialize(ref writer, value.Next);
            writer.EndMember(ref state);
        }

        public override Link? Deserialize(ref PayloadReader reader)
        {
            if (reader.TryReadReference(out Link? known))
            {
                return known;
            }

            if (!reader.TryReadObjectHeader(out var count))
            {
                return null;
            }

            var state = reader.BeginMembers(count);
            var link = new Link();
            reader.RegisterReference(reader.ReadVarUInt(), link);
            if (reader.BeginMember(ref state))
            {
                link.Number = reader.ReadUnmanaged<int>();
                reader.EndMember(ref state);
            }

            if (reader.BeginMember(ref state))
            {
                link.Next = Deserialize(ref reader);
                reader.EndMember(ref state);
            }

            reader.EndMembers(ref state);
            return link;
        }
    }
}
