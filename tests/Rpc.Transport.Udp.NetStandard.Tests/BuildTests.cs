using System.Reflection;
using System.Runtime.Versioning;
using Rpc.Testing;
using Xunit;

namespace Rpc.Transport.Udp.Tests;

/// <summary>That the tests of this project run against what it is for.</summary>
public sealed class BuildTests
{
    [Theory]
    [InlineData(typeof(RpcConnection))]
    [InlineData(typeof(UdpClientTransport))]
    [InlineData(typeof(UdpRelay))]
    public void Every_library_is_the_build_for_netstandard(Type type) =>
        Assert.Equal(".NETStandard,Version=v2.1", type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);

    [Fact]
    public void No_other_build_of_them_is_in_the_process()
    {
        var names = AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name!)
            .Where(static name => name.StartsWith("Rpc.", StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal)).Order();
        Assert.All(names, static name => Assert.Contains(name, new[] { "Rpc.Abstractions", "Rpc.Testing", "Rpc.Transport.Udp" }));
        Assert.Equal(names.Distinct(), names);
    }
}
