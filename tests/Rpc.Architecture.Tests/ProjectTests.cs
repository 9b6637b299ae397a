using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests;

/// <summary>What projects may reference and open to whom.</summary>
public sealed class ProjectTests
{
    /// <summary>Not to be had from every mirror that the product is built from; a user's project may use them, ours may not.</summary>
    private static readonly string[] s_missingPackages = ["MemoryPack", "MessagePack", "MagicOnion", "Grpc", "LiteNetLib", "StreamJsonRpc", "IceRpc", "ActualLab"];

    private static readonly string[] s_folders = ["src", "tests", "examples", "benchmarks"];

    public static TheoryData<string> Projects => [.. s_folders.SelectMany(static folder => Repository.Files(folder, "*.csproj"))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_is_in_the_solution(string path) =>
        Assert.Contains(path.Replace('/', '\\'), Repository.Read("Rpc.sln").Replace('/', '\\'), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Internals_are_visible_to_tests_and_micro_benchmarks_only(string path)
    {
        // What a frame costs is measured apart, and frames are internal.
        const string MicroBenchmarks = "Rpc.Benchmarks.Micro";
        var tests = Repository.Files("tests", "*.csproj").Select(static test => Path.GetFileNameWithoutExtension(test)).ToHashSet();
        Assert.All(ProjectFile.Load(path).FriendAssemblies, friend => Assert.True(
            tests.Contains(friend) || friend.EndsWith(".Tests", StringComparison.Ordinal) || friend == MicroBenchmarks,
            $"{path} opens its internals to {friend}, which is neither test nor micro benchmark."));
    }

    [Fact]
    public void No_source_opens_internals_by_an_attribute() =>
        Assert.DoesNotContain(Repository.Files("src", "*.cs"), static path => Repository.Read(path).Contains("InternalsVisibleTo(", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_needs_no_package_that_a_mirror_may_miss(string path) =>
        AssertNoMissingPackage(ProjectFile.Load(path));

    [Fact]
    public void The_list_of_versions_has_no_package_that_a_mirror_may_miss() => AssertNoMissingPackage(ProjectFile.Load("Directory.Packages.props"));

    [Theory]
    [InlineData("Rpc.Abstractions")]
    [InlineData("Rpc.Testing")]
    [InlineData("Rpc.Transport.Tcp")]
    [InlineData("Rpc.Transport.Udp")]
    [InlineData("Rpc.Transport.WebSocket")]
    public void A_library_depends_on_nothing_but_the_platforms_own_packages(string name) =>
        Assert.All(ProjectFile.Load($"src/{name}/{name}.csproj").PackageReferences, static package => Assert.True(
            package.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
            || package.StartsWith("Microsoft.Bcl.", StringComparison.Ordinal)
            || package.StartsWith("System.", StringComparison.Ordinal),
            $"A library may not bring {package} to its users."));

    private static void AssertNoMissingPackage(ProjectFile project) =>
        Assert.All(project.PackageReferences, package => Assert.DoesNotContain(
            s_missingPackages,
            missing => package.Equals(missing, StringComparison.OrdinalIgnoreCase) || package.StartsWith(missing + ".", StringComparison.OrdinalIgnoreCase)));
}
