using Rpc.Transport.WebSockets.Http;

namespace Rpc.Transport.WebSockets.Tests.Http;

public sealed class UpgradeResponseTests
{
    [Fact]
    public void The_accept_key_is_that_of_the_specifications_example() =>
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", UpgradeResponse.AcceptKey("dGhlIHNhbXBsZSBub25jZQ=="));
}
