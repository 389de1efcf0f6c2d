% Octave's n4sid (SLICOT) on the sets of identify.bench.ts, whose job file is the argument: one JSON line a set, A, B, C, D row by row.
warning ("off", "all");
pkg load control
jobs = jsondecode (fileread (argv (){end}));
for k = 1:numel (jobs)
  job = jobs(k);
  data = dlmread (job.file, ",", job.skip, 0);
  half = data(1:job.train, :);
  if (job.centred)
    half = half - mean (half);
  endif
  u = half(:, job.u);
  y = half(:, job.y);
  try
    best = Inf;
    for run = 1:3
      tic;
      sys = n4sid (iddata (y, u, 1), job.order, "s", job.s);
      best = min (best, toc);
    end
    [a, b, c, d] = ssdata (sys);
    show = @(m) ["[", strjoin(arrayfun (@(v) sprintf ("%.17g", v), m.'(:), "UniformOutput", false), ","), "]"];
    printf ("{\"bench\":\"n4sid\",\"lib\":\"octave\",\"fn\":\"%s\",\"size\":\"%d\",\"min_s\":%g,\"median_s\":%g,\"A\":%s,\"B\":%s,\"C\":%s,\"D\":%s}\n", ...
            job.name, rows (a), best, best, show (a), show (b), show (c), show (d));
  catch err
    printf ("{\"bench\":\"n4sid\",\"lib\":\"octave\",\"fn\":\"%s\",\"size\":\"\",\"error\":\"%s\"}\n", job.name, strrep (err.message, "\"", "'"));
  end_try_catch
end
