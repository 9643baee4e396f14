// Runs cases written by `serving_beside_blis.py` in BLIS, with Outlay's step table for its latency
// model. Lies in a folder of BLIS's own tree while it is built (see there). A tick is a picosecond,
// so that whole numbers of them round nothing that a reader would see.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"syscall"

	"github.com/inference-sim/inference-sim/sim"
	"github.com/inference-sim/inference-sim/sim/kv"
	"github.com/sirupsen/logrus"
)

const tick = 1e-12

type table struct {
	Base     []float64  `json:"base_s"`
	Slope    []float64  `json:"slope_s"`
	Pre      [4]float64 `json:"pre"`
	Blocks   int64      `json:"blocks"`
	MaxBatch int64      `json:"max_batch"`
}

type asked struct {
	Table    table        `json:"table"`
	Budget   int64        `json:"budget"`
	Requests [][3]float64 `json:"requests"`
	Repeats  int          `json:"repeats"`
	Resume   bool         `json:"resume"`
}

func (t table) StepTime(batch []*sim.Request) int64 {
	decode, context, seconds, chunks := 0, 0.0, 0.0, 0
	for _, r := range batch {
		done, n := float64(r.ProgressIndex), float64(r.NumNewTokens)
		if r.ProgressIndex >= r.InputLen() {
			decode++
			context += done + 1
		} else {
			chunks++
			seconds += t.Pre[1]*n + t.Pre[2]*n*(done+n/2)
		}
	}
	switch {
	case decode == 0:
		seconds += t.Pre[0]
	case chunks == 0:
		seconds += t.Base[decode] + t.Slope[decode]*context
	default:
		seconds += math.Max(t.Base[decode]*(1-t.Pre[3]), t.Pre[0]) + t.Slope[decode]*context
	}
	return int64(math.Round(seconds / tick))
}

func (t table) QueueingTime(*sim.Request) int64  { return 0 }
func (t table) OutputTokenProcessingTime() int64 { return 0 }
func (t table) PostDecodeFixedOverhead() int64   { return 0 }

// A store without prefix caching: what a preempted request has freed is not found again. It sees
// preemptions, so with `resume` it puts the tokens that a request had made behind its prompt, and the
// request goes on from there as it does in vLLM; as BLIS is, it makes them again one by one.
type store struct {
	sim.KVStore
	resume bool
	held   map[string]int64 // tokens whose blocks a request holds
	made   map[string]int   // tokens made before its last preemption
	first  map[string]int64 // when its first token came, of a request preempted later
}

func (*store) GetCachedBlocks([]sim.TokenID) []int64 { return nil }

func (s *store) AllocateKVBlocks(r *sim.Request, start, end int64, cached []int64) bool {
	done := s.KVStore.AllocateKVBlocks(r, start, end, cached)
	if done {
		s.held[r.ID] = end
	}
	return done
}

func (s *store) ReleaseKVBlocks(r *sim.Request) {
	s.KVStore.ReleaseKVBlocks(r)
	held := s.held[r.ID]
	delete(s.held, r.ID)
	if !s.resume || r.State != sim.StateQueued || held < r.InputLen() {
		return
	}
	if _, known := s.first[r.ID]; !known {
		s.first[r.ID] = r.FirstTokenTime
	}
	made := int(held-r.InputLen()) + 1
	s.made[r.ID] += made
	r.InputTokens = append(r.FullInputTokens(), make([]sim.TokenID, made)...)
	r.OutputTokens = r.OutputTokens[made:]
}

func requests(rows [][3]float64) []*sim.Request {
	out := make([]*sim.Request, len(rows))
	for i, row := range rows {
		tokens := make([]sim.TokenID, int(row[1]))
		for k := range tokens { // no two prompts begin alike
			tokens[k] = sim.TokenID((i*7919 + k) % sim.MaxTokenID)
		}
		out[i] = &sim.Request{
			ID: fmt.Sprint(i), InputTokens: tokens, OutputTokens: make([]sim.TokenID, int(row[2])),
			ArrivalTime: int64(math.Round(row[0] / tick)), State: sim.StateQueued,
		}
	}
	return out
}

func cpu() float64 {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Sec+used.Stime.Sec) + 1e-6*float64(used.Utime.Usec+used.Stime.Usec)
}

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	var in asked
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	var m *sim.Metrics
	var memory *store
	seconds := 0.0
	for range in.Repeats {
		reqs := requests(in.Requests)
		cfg := sim.SimConfig{
			Horizon:       math.MaxInt64,
			KVCacheConfig: sim.NewKVCacheConfig(in.Table.Blocks, 16, 0, 0, 0, 0),
			BatchConfig:   sim.NewBatchConfig(in.Table.MaxBatch, in.Budget, 0),
			PolicyConfig:  sim.NewPolicyConfig("fcfs", "fcfs"),
		}
		begin := cpu()
		memory = &store{kv.NewKVStore(cfg.KVCacheConfig, 0), in.Resume, map[string]int64{},
			map[string]int{}, map[string]int64{}}
		s, err := sim.NewSimulator(cfg, memory, in.Table)
		if err != nil {
			panic(err)
		}
		for _, r := range reqs {
			s.InjectArrival(r)
		}
		s.Run()
		seconds += cpu() - begin
		m = s.Metrics
	}
	ttft, tpot := map[string]float64{}, map[string]float64{}
	for id, v := range m.RequestTTFTs {
		if first, again := memory.first[id]; again {
			v = float64(first)
		}
		ttft[id] = v * tick
	}
	for id, end := range m.RequestE2Es { // from arrival to the last token
		i, _ := strconv.Atoi(id)
		tpot[id] = (end*tick - ttft[id]) / math.Max(in.Requests[i][2]-1, 1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"ttft_s": ttft, "tpot_s": tpot, "preemptions": m.PreemptionCount,
		"completed": m.CompletedRequests, "cpu_s": seconds / float64(in.Repeats),
	})
}
