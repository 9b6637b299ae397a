using Rpc.Generator.Tests.Docs;

namespace Rpc.Generator.Tests.CodeFixes;

public sealed class CodeFixTests
{
    [Fact]
    public Task An_overload_gets_the_name_that_its_parameters_suggest() => FixesAsync(
        "Name the overload 'FindByNameAsync' on the wire",
        """
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IPlayers
        {
            ValueTask<int> FindAsync(int id);

            /// <summary>Finds.</summary>
            ValueTask<int> FindAsync(string name);
        }
        """,
        """
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IPlayers
        {
            ValueTask<int> FindAsync(int id);

            /// <summary>Finds.</summary>
            [RpcMethod(Name = "FindByNameAsync")]
            ValueTask<int> FindAsync(string name);
        }
        """);

    [Fact]
    public Task An_overload_with_settings_gets_its_name_among_them() => FixesAsync(
        "Name the overload 'FindByNameAsync' on the wire",
        """
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IPlayers
        {
            ValueTask<int> FindAsync(int id);

            [RpcMethod(Idempotent = true)]
            ValueTask<int> FindAsync(string name);
        }
        """,
        """
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IPlayers
        {
            ValueTask<int> FindAsync(int id);

            [RpcMethod(Idempotent = true, Name = "FindByNameAsync")]
            ValueTask<int> FindAsync(string name);
        }
        """);

    [Fact]
    public async Task All_overloads_of_a_project_get_different_names_at_once()
    {
        var files = await FixRun.AllAsync("""
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IPlayers
            {
                ValueTask Find();
                ValueTask Find(int id);
                ValueTask Find(string id);
                ValueTask Find(long id);
            }
            """);

        Equal(
            """
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IPlayers
            {
                ValueTask Find();
                [RpcMethod(Name = "FindById")]
                ValueTask Find(int id);
                [RpcMethod(Name = "Find2")]
                ValueTask Find(string id);
                [RpcMethod(Name = "Find3")]
                ValueTask Find(long id);
            }
            """,
            files[0]);
        Assert.Empty(await FixRun.FindAsync(files));
    }

    [Fact]
    public Task A_plain_result_is_wrapped_in_a_task_and_the_namespace_imported() => FixesAsync(
        "Return 'System.Threading.Tasks.ValueTask<int?>'",
        """
        using Rpc;

        [RpcService]
        public interface ICalculator
        {
            int? Add(int a, int b);
        }
        """,
        """
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface ICalculator
        {
            ValueTask<int?> Add(int a, int b);
        }
        """);

    [Fact]
    public Task A_task_around_a_stream_is_taken_away() => FixesAsync(
        "Return 'IAsyncEnumerable<string>'",
        """
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IGame
        {
            Task<IAsyncEnumerable<string>> Watch();
        }
        """,
        """
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Rpc;

        [RpcService]
        public interface IGame
        {
            IAsyncEnumerable<string> Watch();
        }
        """);

    [Fact]
    public async Task An_interface_used_as_a_contract_is_marked_in_its_own_file()
    {
        var (title, files) = await FixRun.FirstAsync(
            """
            using Rpc;

            public static class Use
            {
                public static object Proxy(RpcConnection connection) => connection.GetProxy<Contracts.IGame>();
            }
            """,
            """
            namespace Contracts
            {
                /// <summary>A game.</summary>
                public interface IGame
                {
                    void Move(int x);
                }
            }
            """);

        Assert.Equal("Put [RpcService] on 'IGame'", title);
        Equal(
            """
            using Rpc;

            namespace Contracts
            {
                /// <summary>A game.</summary>
                [RpcService]
                public interface IGame
                {
                    void Move(int x);
                }
            }
            """,
            files[1]);
    }

    [Fact]
    public async Task An_async_void_implementation_and_its_contract_become_one_way_tasks()
    {
        var (title, files) = await FixRun.FirstAsync(
            """
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IChat
            {
                [RpcMethod(Delivery = RpcDelivery.Ordered)]
                void Say(string text);
            }
            """,
            """
            using System.Threading.Tasks;

            public sealed class Chat : IChat
            {
                public async void Say(string text)
                {
                    await Task.Yield();
                }
            }
            """);

        Assert.Equal("Return 'ValueTask', one-way", title);
        Equal(
            """
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IChat
            {
                [RpcMethod(Delivery = RpcDelivery.Ordered, OneWay = true)]
                ValueTask Say(string text);
            }
            """,
            files[0]);
        Equal(
            """
            using System.Threading.Tasks;

            public sealed class Chat : IChat
            {
                public async ValueTask Say(string text)
                {
                    await Task.Yield();
                }
            }
            """,
            files[1]);
        Assert.Empty(await FixRun.FindAsync(files));
    }

    [Theory]
    [InlineData("[RpcMethod(Delivery = RpcDelivery.Unreliable, Idempotent = true)] ValueTask Move(int x);", "[RpcMethod(Idempotent = true)] ValueTask Move(int x);", "Remove 'Delivery'")]
    [InlineData("[RpcMethod(OneWay = true)] ValueTask<int> Move(int x);", "ValueTask<int> Move(int x);", "Remove 'OneWay'")]
    [InlineData("ValueTask Move(in int x);", "ValueTask Move(int x);", "Pass by value")]
    [InlineData("ValueTask Move(ref readonly int x);", "ValueTask Move(int x);", "Pass by value")]
    [InlineData("[RpcMethod(Name = \"M\")] ValueTask Move(int x) => default;", "ValueTask Move(int x) => default;", "Remove '[RpcMethod]'")]
    public Task A_setting_or_modifier_that_does_not_suit_is_taken_away(string bad, string good, string title)
    {
        return FixesAsync(title, Contract(bad), Contract(good));

        static string Contract(string method) => $$"""
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IGame
            {
                {{method}}
            }
            """;
    }

    [Theory]
    [InlineData("ValueTask Spend(ref int x);")]
    [InlineData("ValueTask Spend(out int x);")]
    [InlineData("System.IProgress<int> Spend();")]
    public async Task No_fix_is_offered_where_none_is_obvious(string method)
    {
        var (title, _) = await FixRun.FirstAsync($$"""
            using System.Threading.Tasks;
            using Rpc;

            [RpcService]
            public interface IGame
            {
                {{method}}
            }
            """);
        Assert.Null(title);
    }

    public static TheoryData<string> FixableIds => [.. FixRun.FixableIds];

    [Theory]
    [MemberData(nameof(FixableIds))]
    public void The_page_of_a_diagnostic_that_has_a_fix_says_so(string id) =>
        Assert.Contains("code fix", DiagnosticPage.Read(id).Text, StringComparison.Ordinal);

    private static async Task FixesAsync(string title, string before, string after)
    {
        var (offered, files) = await FixRun.FirstAsync(before);
        Assert.Equal(title, offered);
        Equal(after, files[0]);
    }

    private static void Equal(string expected, string actual) => Assert.Equal(expected.ReplaceLineEndings("\n"), actual.ReplaceLineEndings("\n"));
}
