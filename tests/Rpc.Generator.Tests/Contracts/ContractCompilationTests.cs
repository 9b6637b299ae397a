using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Contracts;

public sealed class ContractCompilationTests
{
    public static TheoryData<string> Targets => ["net10.0", "netstandard2.1"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_contract_of_every_shape_compiles_without_warnings(string target)
    {
        Generated.Cleanly(Target.Named(target), """
            using System;
            using System.Collections.Generic;
            using System.Threading;
            using System.Threading.Tasks;
            using Rpc;

            namespace N
            {
                [RpcService]
                public interface IGame
                {
                    ValueTask<int> AddAsync(int a, int b = 5, CancellationToken cancellationToken = default);
                    Task<string?> NameAsync(string? name);
                    ValueTask PingAsync();
                    Task PongAsync(CancellationToken cancellationToken);
                    void Move(int x, CancellationToken cancellationToken);
                    [RpcMethod(OneWay = true, Idempotent = false)] ValueTask SendAsync(int x);
                    [RpcMethod(OneWay = true)] Task SendTaskAsync(int x);
                    IAsyncEnumerable<string?> WatchAsync(int hz, CancellationToken cancellationToken = default);
                    ValueTask<string> UploadAsync(IAsyncEnumerable<string> chunks, IProgress<int>? progress = null);
                    IAsyncEnumerable<int> TalkAsync(IAsyncEnumerable<int> lines);
                }
            }
            """);
    }
}
